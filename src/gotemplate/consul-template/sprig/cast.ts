import { sprintf } from "../../printf.ts";
import { elementAt, entriesOf, GoInteger, GoStruct, integerOf, type Kind, kindOf, mapSize, typeOf, unpack } from "../../values.ts";
import { readFloat } from "../parse.ts";

// How sprig takes one kind of value for another.

const [LEAST, MOST] = [-(2n ** 63n), 2n ** 63n - 1n];

/** Any value as text, as printing it gives. */
export function textOf(value: unknown): string {
  return typeof value === "string" ? value : sprintf("%v", [value]);
}

/** The items of a list of any type. Throws sprig's sentence, with what was to be done. */
export function itemsOf(list: unknown, doing: string): unknown[] {
  if (list === null || list === undefined) throw new Error("runtime error: invalid memory address or nil pointer dereference");
  if (kindOf(list) !== "slice") throw new Error(`Cannot ${doing} type ${kindName(list)}`);
  return Array.from({ length: (list as ArrayLike<unknown>).length }, (_, index) => unpack(elementAt(list, index)) ?? null);
}

/** A list of texts of whatever is given; nothing is left out. */
export function textsOf(value: unknown): string[] {
  if (kindOf(value) !== "slice") return value === null || value === undefined ? [] : [textOf(value)];
  return itemsOf(value, "read").flatMap((item) => (item === null ? [] : [textOf(item)]));
}

/** A whole number of a number, a text, a truth value; 0 of all others. */
export function wholeOf(value: unknown): bigint {
  switch (kindOf(value)) {
    case "int":
    case "uint": return BigInt.asIntN(64, integerOf(value));
    case "float": return wholeOfFloat(value as number);
    case "bool": return value === true ? 1n : 0n;
    case "string": return wholeOfText(value as string);
    default: return 0n;
  }
}

export function int64(value: bigint): GoInteger {
  return new GoInteger("int64", BigInt.asIntN(64, value));
}

/** A number of a number, a text, a truth value; 0 of all others. */
export function floatOf(value: unknown): number {
  switch (kindOf(value)) {
    case "int":
    case "uint": return Number(integerOf(value));
    case "float": return value as number;
    case "bool": return value === true ? 1 : 0;
    case "string": return attempt(() => readFloat(value as string), 0);
    default: return 0;
  }
}

/** What Go's reflect calls the kind. */
export function kindName(value: unknown): string {
  const names: Readonly<Record<Kind, string>> = { invalid: "invalid", interface: "interface", string: "string", int: "int", uint: "uint", float: "float64", bool: "bool", slice: "slice", map: "map", struct: "struct", func: "func" };
  if (value instanceof GoStruct) return value.type.startsWith("*") ? "ptr" : "struct";
  if (value instanceof GoInteger) return /^u?int\d*$/.test(value.type) ? value.type : "int64";
  return names[kindOf(value)];
}

/** Go's reflect.DeepEqual. */
export function deepEqual(one: unknown, other: unknown): boolean {
  if (typeOf(one) !== typeOf(other)) return false;
  switch (kindOf(one)) {
    case "int":
    case "uint": return integerOf(one) === integerOf(other);
    case "slice": {
      const [left, right] = [itemsOf(one, "read"), itemsOf(other, "read")];
      return left.length === right.length && left.every((item, index) => deepEqual(item, right[index]));
    }
    case "map": {
      const right = new Map(entriesOf(other as object));
      return mapSize(one as object) === right.size && entriesOf(one as object).every(([key, value]) => right.has(key) && deepEqual(unpack(value), unpack(right.get(key))));
    }
    case "struct": return [...(one as GoStruct).fields].every(([name, value]) => deepEqual(unpack(value), unpack((other as GoStruct).fields.get(name))));
    case "invalid": return true;
    default: return one === other;
  }
}

export function attempt<T>(step: () => T, otherwise: T): T {
  try {
    return step();
  } catch {
    return otherwise;
  }
}

function wholeOfFloat(value: number): bigint {
  // What does not fit is the least number on the machines that there are.
  return Math.abs(value) < 2 ** 63 ? BigInt(Math.trunc(value)) : LEAST;
}

/** Go's strconv.ParseInt with base 0: "0x1f", "010" is 8; zeros behind a point count for nothing. */
function wholeOfText(text: string): bigint {
  const [, sign = "", digits = ""] = /^([-+]?)(.*?)(?:\.0+)?$/s.exec(text) ?? [];
  const plain = digits.replace(/(?<=[\da-f])_(?=[\da-f])/gi, "").replace(/^(0[box])_/i, "$1").toLowerCase();
  const readable = /^0[0-7]+$/.test(plain) ? `0o${plain}` : plain;
  if (!/^(0|[1-9]\d*|0x[\da-f]+|0b[01]+|0o[0-7]+)$/.test(readable)) return 0n;
  const value = sign === "-" ? -BigInt(readable) : BigInt(readable);
  return value < LEAST || value > MOST ? 0n : value;
}
