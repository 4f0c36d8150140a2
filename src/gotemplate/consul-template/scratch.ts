import { compareBytes } from "../bytes.ts";
import type { GoFunctionDefinition, Scope } from "../engine/definition.ts";
import { type GoFunction, withSignature } from "../functions.ts";
import { quote } from "../quote.ts";
import { GoStruct, Interface, unpack } from "../values.ts";
import { fn } from "./definition.ts";

export const SCRATCH_FUNCTIONS: readonly GoFunctionDefinition[] = [
  fn("scratch() *template.Scratch", "A place for values while the template is rendered: `scratch.Set \"name\" value`, `SetX` where there is none yet, `Get`, `Key` (whether there is one), `MapSet \"map\" \"name\" value`, `MapSetX`, `MapValues \"map\"` sorted by name.", '{{scratch.MapSet "vars" "host" "db1"}}{{range scratch.MapValues "vars"}}{{.}}{{end}}', scratchOf),
];

// Each render has a scope of its own, so nothing is left of one in the next.
const made = new WeakMap<Scope, GoStruct>();

function scratchOf(scope: Scope): GoStruct {
  const scratch = made.get(scope) ?? newScratch();
  made.set(scope, scratch);
  return scratch;
}

function newScratch(): GoStruct {
  const values = new Map<string, unknown>();

  function set(name: string, value: unknown, isOver = true): string {
    if (isOver || !values.has(name)) values.set(name, unpack(value) ?? null);
    return "";
  }

  function mapSet(name: string, member: string, value: unknown, isOver: boolean): string {
    if (!values.has(name)) values.set(name, new Map());
    const map = values.get(name);
    if (!(map instanceof Map)) throw new Error(`${quote(name)} is not a map`);
    if (isOver || !map.has(member)) map.set(member, unpack(value) ?? null);
    return "";
  }

  function mapValues(name: string): unknown {
    const map = values.get(name);
    return map instanceof Map ? [...map].sort(([one], [other]) => compareBytes(String(one), String(other))).map(([, value]) => value as unknown) : [];
  }

  const methods: Readonly<Record<string, GoFunction>> = {
    Key: withSignature((name: string) => values.has(name), "string"),
    Get: withSignature((name: string) => new Interface(values.get(name)), "string"),
    Set: withSignature((name: string, value: unknown) => set(name, value), "string", "interface {}"),
    SetX: withSignature((name: string, value: unknown) => set(name, value, false), "string", "interface {}"),
    MapSet: withSignature((name: string, member: string, value: unknown) => mapSet(name, member, value, true), "string", "string", "interface {}"),
    MapSetX: withSignature((name: string, member: string, value: unknown) => mapSet(name, member, value, false), "string", "string", "interface {}"),
    MapValues: withSignature((name: string) => mapValues(name), "string"),
  };
  return new GoStruct("*template.Scratch", {}, methods);
}
