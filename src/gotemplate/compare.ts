import { compareBytes } from "./bytes.ts";
import { GoStruct, integerOf, type Kind, kindOf, typeOf, unpack } from "./values.ts";
import { sprintf } from "./printf.ts";

const BASIC: readonly Kind[] = ["bool", "int", "uint", "float", "string"];

/** `eq a b c`: a is b or a is c. */
export function equal(packed: unknown, ...others: unknown[]): boolean {
  const one = unpack(packed);
  if (others.length === 0) throw new Error("missing argument for comparison");
  return others.some((other) => equalTo(one, unpack(other)));
}

export function less(packed: unknown, packedOther: unknown): boolean {
  const [one, other] = [unpack(packed), unpack(packedOther)];
  const [kind, otherKind] = [basicKind(one), basicKind(other)];
  if (kind === undefined || otherKind === undefined) throw new Error("invalid type for comparison");
  if (isWhole(kind) && isWhole(otherKind)) return integerOf(one) < integerOf(other);
  if (kind !== otherKind) throw new Error(`incompatible types for comparison: ${typeOf(one)} and ${typeOf(other)}`);
  if (kind === "bool") throw new Error("invalid type for comparison");
  return kind === "string" ? compareBytes(one as string, other as string) < 0 : (one as number) < (other as number);
}

function equalTo(one: unknown, other: unknown): boolean {
  const [kind, otherKind] = [basicKind(one), basicKind(other)];
  if (kind !== otherKind) {
    if (kind !== undefined && otherKind !== undefined && isWhole(kind) && isWhole(otherKind)) return integerOf(one) === integerOf(other);
    if (one === undefined || other === undefined) return false;
    throw new Error(`incompatible types for comparison: ${typeOf(one)} and ${typeOf(other)}`);
  }
  if (kind !== undefined) return isWhole(kind) ? integerOf(one) === integerOf(other) : one === other;
  if (one === undefined || other === undefined) return one === other;
  if (kindOf(one) !== kindOf(other)) throw new Error(sprintf("non-comparable types %s: %v, %s: %v", [one, typeOf(one), typeOf(other), other]));
  if (!(other instanceof GoStruct)) throw new Error(sprintf("non-comparable type %s: %v", [other, typeOf(other)]));
  return one instanceof GoStruct && one.type === other.type && [...one.fields].every(([name, value]) => equalTo(unpack(value), unpack(other.fields.get(name))));
}

function basicKind(value: unknown): Kind | undefined {
  const kind = kindOf(value);
  return BASIC.includes(kind) ? kind : undefined;
}

function isWhole(kind: Kind): boolean {
  return kind === "int" || kind === "uint";
}
