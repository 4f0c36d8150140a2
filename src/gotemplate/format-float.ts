/** Go's strconv.FormatFloat for 64 bits; without a precision as many digits as are needed to read the same number again. */
export function formatFloat(value: number, form: string, precision?: number): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "+Inf" : "-Inf";
  const sign = value < 0 || Object.is(value, -0) ? "-" : "";
  const size = Math.abs(value);
  switch (form) {
    case "f": return sign + fixed(size, precision);
    case "e": return sign + scientific(digitsOf(size, precision === undefined ? undefined : precision + 1), precision);
    case "E": return formatFloat(value, "e", precision).toUpperCase();
    case "g": return sign + general(size, precision);
    case "G": return formatFloat(value, "g", precision).toUpperCase();
    case "b": return sign + binary(size);
    case "x": return sign + hexadecimal(size, precision);
    default: return formatFloat(value, "x", precision).toUpperCase();
  }
}

/** Decimal digits d and the place of the point: 0.d × 10^point. */
interface Digits {
  readonly digits: string;
  readonly point: number;
}

function digitsOf(value: number, count: number | undefined): Digits {
  if (value === 0) return { digits: "", point: 0 };
  const [mantissa = "", exponent = "0"] = value.toExponential().split("e");
  const point = Number(exponent) + 1;
  if (count === undefined) return { digits: mantissa.replace(".", ""), point };
  const rounded = roundedDigits(value, count, point);
  // Rounding up may have made one digit more of 9.99.
  return { digits: rounded.digits.slice(0, count).replace(/0+$/, ""), point: rounded.point + rounded.digits.length - count };
}

function roundedDigits(value: number, count: number, point: number): Digits {
  const digits = scaled(value, count - point).toString();
  // The shortest form of a very small number may be 1e-323 where all digits are 9.88e-324.
  return digits.length < count ? roundedDigits(value, count, point - 1) : { digits, point };
}

function general(value: number, precision: number | undefined): string {
  const count = precision === 0 ? 1 : precision;
  const decimal = digitsOf(value, count);
  const { digits, point } = decimal;
  let limit = count ?? 6;
  if (limit > digits.length && digits.length >= point) limit = digits.length;
  if (count === undefined) limit = 6;
  const exponent = point - 1;
  if (value !== 0 && (exponent < -4 || exponent >= limit)) return scientific(decimal, digits.length - 1);
  return plain(decimal, Math.max(digits.length - point, 0));
}

function fixed(value: number, precision: number | undefined): string {
  if (precision === undefined) {
    const decimal = digitsOf(value, undefined);
    return plain(decimal, Math.max(decimal.digits.length - decimal.point, 0));
  }
  const digits = scaled(value, precision).toString().padStart(precision + 1, "0");
  return precision === 0 ? digits : `${digits.slice(0, -precision)}.${digits.slice(-precision)}`;
}

function plain({ digits, point }: Digits, decimals: number): string {
  const whole = point > 0 ? digits.slice(0, point).padEnd(point, "0") : "0";
  if (decimals === 0) return whole;
  const fraction = point > 0 ? digits.slice(point) : "0".repeat(-point) + digits;
  return `${whole}.${fraction.padEnd(decimals, "0")}`;
}

function scientific({ digits, point }: Digits, precision = Math.max(digits.length - 1, 0)): string {
  const exponent = digits === "" ? 0 : point - 1;
  const fraction = digits.slice(1).padEnd(precision, "0");
  return `${digits[0] ?? "0"}${precision > 0 ? `.${fraction}` : ""}e${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`;
}

/** value × 10^decimals as a whole number, exactly, a half to the even one: neither toFixed nor multiplication does that. */
function scaled(value: number, decimals: number): bigint {
  const { mantissa, exponent } = parts(value);
  let above = mantissa;
  let below = 1n;
  if (exponent >= 0) above <<= BigInt(exponent);
  else below <<= BigInt(-exponent);
  if (decimals >= 0) above *= 10n ** BigInt(decimals);
  else below *= 10n ** BigInt(-decimals);
  const whole = above / below;
  const twice = (above % below) * 2n;
  return twice > below || (twice === below && whole % 2n === 1n) ? whole + 1n : whole;
}

/** value = mantissa × 2^exponent. */
function parts(value: number): { mantissa: bigint; exponent: number } {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  const bits = view.getBigUint64(0);
  const biased = Number((bits >> 52n) & 0x7ffn);
  const fraction = bits & 0xfffffffffffffn;
  return biased === 0 ? { mantissa: fraction, exponent: -1074 } : { mantissa: fraction | (1n << 52n), exponent: biased - 1075 };
}

function binary(value: number): string {
  const { mantissa, exponent } = parts(value);
  return `${mantissa}p${exponent < 0 ? "-" : "+"}${Math.abs(exponent)}`;
}

function hexadecimal(value: number, precision: number | undefined): string {
  let { mantissa, exponent } = parts(value);
  if (mantissa === 0n) return `0x0${precision ? `.${"0".repeat(precision)}` : ""}p+00`;
  while (mantissa < 1n << 52n) {
    mantissa <<= 1n;
    exponent -= 1;
  }
  if (precision !== undefined && precision < 13) {
    const shift = BigInt(4 * (13 - precision));
    const [whole, rest, half] = [mantissa >> shift, mantissa & ((1n << shift) - 1n), 1n << (shift - 1n)];
    mantissa = (rest > half || (rest === half && whole % 2n === 1n) ? whole + 1n : whole) << shift;
    if (mantissa >= 1n << 53n) {
      mantissa >>= 1n;
      exponent += 1;
    }
  }
  const hex = (mantissa & 0xfffffffffffffn).toString(16).padStart(13, "0");
  const fraction = precision === undefined ? hex.replace(/0+$/, "") : hex.padEnd(precision, "0").slice(0, precision);
  const power = exponent + 52;
  return `0x1${fraction === "" ? "" : `.${fraction}`}p${power < 0 ? "-" : "+"}${String(Math.abs(power)).padStart(2, "0")}`;
}
