import { compareBytes } from "./bytes.ts";

// How Go's values stand here:
//   string        string              (bytes that are not UTF-8: see bytes.ts)
//   int           bigint
//   float64       number              (so that what JSON.parse gives is what Go's json gives)
//   other numbers GoInteger           (uint8, int64, time.Duration ...)
//   bool          boolean
//   nil           null or undefined
//   slice         array               ([]interface {}, or as withType says)
//   []byte        Uint8Array
//   map           Map or plain object (map[string]interface {}, or as withType says)
//   struct        GoStruct
//   func          function
// undefined within an execution is Go's "no value"; a nil that was found in a slice or a map is an Interface that holds null.

/** A whole number of a type other than int. */
export class GoInteger {
  readonly type: string;
  readonly value: bigint;

  constructor(type: string, value: bigint) {
    this.type = type;
    this.value = value;
  }
}

/** A struct: its fields in their order, its methods, and what it prints if it is a Stringer. */
export class GoStruct {
  readonly type: string;
  readonly fields: ReadonlyMap<string, unknown>;
  readonly methods: Readonly<Record<string, unknown>>;

  constructor(type: string, fields: Readonly<Record<string, unknown>>, methods: Readonly<Record<string, unknown>> = {}) {
    this.type = type;
    this.fields = new Map(Object.entries(fields));
    this.methods = methods;
  }
}

/** What was read out of a container whose elements are `interface {}`: it is unpacked one level by who uses it. */
export class Interface {
  readonly value: unknown;

  constructor(value: unknown) {
    this.value = value ?? null;
  }
}

export type Kind = "invalid" | "interface" | "string" | "int" | "uint" | "float" | "bool" | "slice" | "map" | "struct" | "func";

const types = new WeakMap<object, string>();

/** Says of an array or a map which type it is in Go: `withType(["a"], "[]string")`. */
export function withType<T extends object>(value: T, type: string): T {
  types.set(value, type);
  return value;
}

/** Methods of a named type, each made for a value. */
type Methods = Readonly<Record<string, (value: unknown) => unknown>>;

const defined = new Map<string, { readonly underlying: string; readonly methods: Methods }>();

/** Says what a named type is: `defineType("memkv.KVPairs", "[]memkv.KVPair")`. */
export function defineType(name: string, underlying: string, methods: Methods = {}): void {
  defined.set(name, { underlying, methods });
}

/** The method of a value whose type has a name. */
export function methodOf(value: unknown, name: string): unknown {
  const methods = defined.get(typeOf(value))?.methods;
  return methods !== undefined && Object.hasOwn(methods, name) ? methods[name]?.(value) : undefined;
}

/** The type with its name taken off: "[]string" of itself and of a type that is defined so. */
export function underlyingType(type: string): string {
  return defined.get(type)?.underlying ?? type;
}

export function kindOf(value: unknown): Kind {
  switch (typeof value) {
    case "string": return "string";
    case "bigint": return "int";
    case "number": return "float";
    case "boolean": return "bool";
    case "function": return "func";
    case "object": return objectKind(value);
    default: return "invalid";
  }
}

/** The name of the type in Go. */
export function typeOf(value: unknown): string {
  switch (kindOf(value)) {
    case "invalid": return "<nil>";
    case "interface": return "interface {}";
    case "int": return value instanceof GoInteger ? value.type : "int";
    case "uint": return (value as GoInteger).type;
    case "float": return "float64";
    case "bool": return "bool";
    case "func": return "func(...interface {}) interface {}";
    case "slice": return types.get(value as object) ?? (value instanceof Uint8Array ? "[]uint8" : "[]interface {}");
    case "map": return types.get(value as object) ?? "map[string]interface {}";
    case "struct": return (value as GoStruct).type;
    default: return typeof value;
  }
}

/** Takes a value out of an interface. */
export function unpack(value: unknown): unknown {
  if (value instanceof Interface) return value.value ?? undefined;
  return value ?? undefined;
}

export function isTrue(packed: unknown): boolean {
  const value = unpack(packed);
  switch (kindOf(value)) {
    case "string": return value !== "";
    case "bool": return value === true;
    case "int":
    case "uint": return integerOf(value) !== 0n;
    case "float": return value !== 0;
    case "slice": return (value as ArrayLike<unknown>).length > 0;
    case "map": return mapSize(value as object) > 0;
    case "struct":
    case "func": return true;
    default: return false;
  }
}

export function integerOf(value: unknown): bigint {
  return value instanceof GoInteger ? value.value : (value as bigint);
}

/** Reads elements of a slice, each packed as its type asks. */
export function elementsOf(slice: unknown): (index: number) => unknown {
  if (slice instanceof Uint8Array) return (index) => new GoInteger("uint8", BigInt(slice[index] as number));
  const type = elementType(typeOf(slice));
  return (index) => pack((slice as readonly unknown[])[index], type);
}

export function elementAt(slice: unknown, index: number): unknown {
  return elementsOf(slice)(index);
}

/** The pairs of a map in the order in which Go prints and ranges over them. */
export function entriesOf(map: object): [unknown, unknown][] {
  const type = elementType(typeOf(map));
  const pairs: [unknown, unknown][] = map instanceof Map ? [...map] : Object.entries(map);
  return pairs.sort(([one], [other]) => compareKeys(one, other)).map(([key, value]) => [key, pack(value, type)]);
}

export function mapSize(map: object): number {
  return map instanceof Map ? map.size : Object.keys(map).length;
}

/** The value of a key, undefined if there is none. */
export function lookUp(map: object, key: unknown): unknown {
  const type = elementType(typeOf(map));
  if (map instanceof Map) return map.has(key) ? pack(map.get(key), type) : undefined;
  const name = String(key);
  return Object.hasOwn(map, name) ? pack((map as Record<string, unknown>)[name], type) : undefined;
}

/** "string" of "[]string" and of "map[int]string". */
export function elementType(type: string): string {
  return /^(?:\[\d*\]|map\[[^\]]*\])(.*)$/s.exec(underlyingType(type))?.[1] ?? "interface {}";
}

export function keyType(type: string): string {
  return /^map\[([^\]]*)\]/.exec(type)?.[1] ?? "string";
}

/** Go's zero value. */
export function zeroOf(type: string): unknown {
  if (type === "string") return "";
  if (type === "bool") return false;
  if (type === "int") return 0n;
  if (type === "float64") return 0;
  if (/^u?int\d*$/.test(type)) return new GoInteger(type, 0n);
  if (type.startsWith("[]")) return withType([], type);
  if (type.startsWith("map[")) return withType(new Map(), type);
  return new Interface(null);
}

function objectKind(value: object | null): Kind {
  if (value === null) return "invalid";
  if (value instanceof Interface) return "interface";
  if (value instanceof GoInteger) return value.type.startsWith("uint") ? "uint" : "int";
  if (value instanceof GoStruct) return "struct";
  return Array.isArray(value) || value instanceof Uint8Array ? "slice" : "map";
}

function pack(value: unknown, type: string): unknown {
  return type === "interface {}" || value === null || value === undefined ? new Interface(value) : value;
}

function compareKeys(one: unknown, other: unknown): number {
  if (typeof one === "string" && typeof other === "string") return compareBytes(one, other);
  const [left, right] = [one, other].map((key) => (key instanceof GoInteger ? key.value : key)) as [number, number];
  return left < right ? -1 : left > right ? 1 : 0;
}
