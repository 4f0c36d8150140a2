/** A decimal number: its digits, and how many of them stand behind the point. */
export interface Decimal {
  readonly digits: bigint;
  readonly places: number;
}

/** So many places a quotient has, as in the package that sprig counts with. */
const QUOTIENT_PLACES = 16;

/** The number as the shortest text that stands for it has it. Throws for one that is not finite. */
export function decimal(value = 0): Decimal {
  if (!Number.isFinite(value)) throw new Error(`Cannot create a Decimal from ${value}`);
  const [, sign = "", whole = "", fraction = "", exponent = "0"] = /^(-?)(\d+)(?:\.(\d+))?(?:e([-+]\d+))?$/.exec(String(value)) ?? [];
  const places = fraction.length - Number(exponent);
  const digits = BigInt(`${sign}${whole}${fraction}`);
  return places < 0 ? { digits: digits * 10n ** BigInt(-places), places: 0 } : { digits, places };
}

export function sum(values: readonly (number | undefined)[]): Decimal {
  return values.map(decimal).reduce((a, b) => {
    const places = Math.max(a.places, b.places);
    return { digits: scaled(a, places) + scaled(b, places), places };
  }, decimal(0));
}

export function product(values: readonly (number | undefined)[]): Decimal {
  return values.map(decimal).reduce((a, b) => ({ digits: a.digits * b.digits, places: a.places + b.places }), decimal(1));
}

export function divided(first: Decimal, others: readonly (number | undefined)[]): Decimal {
  return others.map(decimal).reduce((a, b) => {
    if (b.digits === 0n) throw new Error("decimal division by 0");
    const [above, below] = [a.digits * 10n ** BigInt(QUOTIENT_PLACES + b.places), b.digits * 10n ** BigInt(a.places)];
    const [quotient, left] = [above / below, above % below];
    const isHalf = 2n * magnitude(left) >= magnitude(below);
    return { digits: quotient + (isHalf ? (above < 0n === below < 0n ? 1n : -1n) : 0n), places: QUOTIENT_PLACES };
  }, first);
}

export function numberOf({ digits, places }: Decimal): number {
  return Number(`${digits}e-${places}`);
}

function scaled({ digits, places }: Decimal, wanted: number): bigint {
  return digits * 10n ** BigInt(wanted - places);
}

function magnitude(value: bigint): bigint {
  return value < 0n ? -value : value;
}
