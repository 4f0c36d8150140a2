import { AppError } from "../../core/error.ts";
import { didYouMean } from "../../core/suggest.ts";
import { BACKEND_WORDS } from "./backends.ts";
import { type ConfdOption, optionNamed, OPTIONS } from "./options.ts";

/** The two lines of confd: the original, `confd -backend etcd -onetime`, and its fork, `confd etcd --onetime`. */
export type Line = "original" | "fork";

export interface Arguments {
  readonly line: Line;
  /** The backend that stands as a word. */
  readonly backend: string | undefined;
  readonly given: ReadonlyMap<string, string | boolean | readonly string[]>;
  readonly help: boolean;
}

const SHORT: Readonly<Record<string, string>> = { n: "node" };
const YES = ["1", "t", "T", "true", "TRUE", "True"];
const NO = ["0", "f", "F", "false", "FALSE", "False"];

/** Reads both lines' ways of writing: "-x", "--x", "-x=v", "--x v", "--no-x", with a backend as a word anywhere. Throws USAGE. */
export function parseArguments(args: readonly string[]): Arguments {
  const given = new Map<string, string | boolean | readonly string[]>();
  const words: string[] = [];
  let help = false;
  for (let index = 0; index < args.length; index++) {
    const arg = args[index] ?? "";
    const [, written, name = "", , value] = /^(--?([\w-]+))(=(.*))?$/s.exec(arg) ?? [];
    if (written === undefined) {
      words.push(arg);
    } else if (name === "help" || name === "h") {
      help = true;
    } else {
      const { option, negated } = optionOf(name, written);
      if (option.kind === "boolean") {
        given.set(option.name, readBoolean(value ?? "true", written) !== negated);
      } else {
        if (value === undefined) index += 1;
        add(given, option, value ?? args[index], written);
      }
    }
  }
  const backend = backendOf(words, given.get("backend"));
  return { line: backend === undefined ? "original" : "fork", backend, given, help };
}

/** What `confd` counts as yes and no. Throws USAGE. */
export function readBoolean(text: string, written: string): boolean {
  if (!YES.includes(text) && !NO.includes(text)) throw new AppError("USAGE", `${written}: "${text}" is not a boolean`, { hint: "Write true or false" });
  return YES.includes(text);
}

function optionOf(name: string, written: string): { readonly option: ConfdOption; readonly negated: boolean } {
  const known = optionNamed(SHORT[name] ?? name);
  if (known !== undefined) return { option: known, negated: false };
  const positive = name.startsWith("no-") ? optionNamed(name.slice("no-".length)) : undefined;
  if (positive?.kind === "boolean") return { option: positive, negated: true };
  const dashes = written.slice(0, written.length - name.length);
  const names = OPTIONS.map((option) => `${dashes}${option.name}`);
  throw new AppError("USAGE", `There is no flag "${written}"`, { hint: didYouMean(written, names) ?? "confd --help lists the flags" });
}

function add(given: Map<string, string | boolean | readonly string[]>, option: ConfdOption, value: string | undefined, written: string): void {
  if (value === undefined) throw new AppError("USAGE", `${written} needs a value`, { hint: `Write ${written}=${option.value ?? "VALUE"}` });
  const before = given.get(option.name);
  given.set(option.name, option.kind === "list" ? [...(Array.isArray(before) ? (before as readonly string[]) : []), value] : value);
}

function backendOf([word, ...others]: readonly string[], flag: unknown): string | undefined {
  if (word === undefined) return undefined;
  const [odd] = others;
  if (odd !== undefined) throw new AppError("USAGE", `Cannot read "${odd}": there is a backend already, "${word}"`, { hint: "Flags begin with dashes, and one that is yes or no takes its value as -watch=true" });
  if (!BACKEND_WORDS.includes(word)) throw new AppError("USAGE", `There is no backend "${word}"`, { hint: didYouMean(word, BACKEND_WORDS) ?? `Known: ${BACKEND_WORDS.join(", ")}` });
  if (flag !== undefined && flag !== word) throw new AppError("USAGE", `Both "${word}" and -backend ${String(flag)} are given`, { hint: "Keep one of the two" });
  return word;
}
