import { byteLength, sliceBytes, toBytes } from "./bytes.ts";
import { convert } from "./functions.ts";
import { elementAt, elementType, GoInteger, integerOf, Interface, keyType, kindOf, lookUp, mapSize, typeOf, unpack, withType, zeroOf } from "./values.ts";

/** `index x 1 2`: x[1][2]. */
export function indexOf(packed: unknown, ...indexes: unknown[]): unknown {
  let item = unpack(packed);
  if (item === undefined) throw new Error("index of untyped nil");
  for (const index of indexes) {
    if (item instanceof Interface) item = item.value ?? undefined;
    if (item === undefined) throw new Error("index of nil pointer");
    item = indexOnce(item, unpack(index));
  }
  return item;
}

/** `slice x 1 2`: x[1:2]. */
export function sliceOf(packed: unknown, ...indexes: unknown[]): unknown {
  const item = unpack(packed);
  if (item === undefined) throw new Error("slice of untyped nil");
  if (indexes.length > 3) throw new Error(`too many slice indexes: ${indexes.length}`);
  const kind = kindOf(item);
  if (kind === "string" && indexes.length === 3) throw new Error("cannot 3-index slice a string");
  if (kind !== "string" && kind !== "slice") throw new Error(`can't slice item of type ${typeOf(item)}`);
  const length = sizeOf(item);
  // Unlike `index`, Go takes no index out of an interface here: one from a list of anything is refused.
  const [from = 0, to = length, capacity] = indexes.map((index) => indexArgument(index, length));
  if (from > to) throw new Error(`invalid slice index: ${from} > ${to}`);
  if (capacity !== undefined && to > capacity) throw new Error(`invalid slice index: ${to} > ${capacity}`);
  if (typeof item === "string") return sliceBytes(item, from, to);
  if (item instanceof Uint8Array) return item.subarray(from, to);
  return withType((item as readonly unknown[]).slice(from, to), typeOf(item));
}

export function lengthOf(packed: unknown): bigint {
  if (packed instanceof Interface && packed.value === null) throw new Error("len of nil pointer");
  const item = unpack(packed);
  if (item === undefined) throw new Error("reflect: call of reflect.Value.Type on zero Value");
  if (!["string", "slice", "map"].includes(kindOf(item))) throw new Error(`len of type ${typeOf(item)}`);
  return BigInt(sizeOf(item));
}

function indexOnce(item: unknown, index: unknown): unknown {
  switch (kindOf(item)) {
    case "string":
    case "slice": {
      const size = sizeOf(item);
      const at = indexArgument(index, size);
      if (at === size) throw new Error(`reflect: ${kindOf(item)} index out of range`);
      return typeof item === "string" ? new GoInteger("uint8", BigInt(toBytes(item)[at] as number)) : elementAt(item, at);
    }
    case "map": {
      const type = typeOf(item);
      if (index === undefined && keyType(type) !== "interface {}") throw new Error(`value is nil; should be of type ${keyType(type)}`);
      const key = convert(index, keyType(type));
      if ("problem" in key) throw new Error(`value has type ${typeOf(index)}; should be ${keyType(type)}`);
      return lookUp(item as object, key.value) ?? zeroOf(elementType(type));
    }
    default: throw new Error(`can't index item of type ${typeOf(item)}`);
  }
}

function indexArgument(index: unknown, capacity: number): number {
  if (index === undefined) throw new Error("cannot index slice/array with nil");
  if (kindOf(index) !== "int" && kindOf(index) !== "uint") throw new Error(`cannot index slice/array with type ${typeOf(index)}`);
  const value = integerOf(index);
  if (value < 0n || value > BigInt(capacity)) throw new Error(`index out of range: ${value}`);
  return Number(value);
}

function sizeOf(item: unknown): number {
  if (typeof item === "string") return byteLength(item);
  return kindOf(item) === "map" ? mapSize(item as object) : (item as ArrayLike<unknown>).length;
}
