/** Writes the fields of one protobuf message, in the order they are added. Zero and empty values are left out, as proto3 does. */
export class MessageWriter {
  readonly #bytes: number[] = [];
  readonly #chunks: Uint8Array[] = [];

  integer(field: number, value: number): this {
    if (value === 0) return this;
    this.#varint(field * 8 + VARINT);
    this.#varint(value);
    return this;
  }

  bool(field: number, value: boolean): this {
    return this.integer(field, value ? 1 : 0);
  }

  bytes(field: number, value: Uint8Array): this {
    return value.length === 0 ? this : this.message(field, value);
  }

  text(field: number, value: string): this {
    return this.bytes(field, encoder.encode(value));
  }

  /** A message inside this one; an empty one is written too. */
  message(field: number, value: Uint8Array): this {
    this.#varint(field * 8 + LENGTH_DELIMITED);
    this.#varint(value.length);
    this.#flush();
    this.#chunks.push(value);
    return this;
  }

  finish(): Uint8Array {
    this.#flush();
    return Buffer.concat(this.#chunks);
  }

  #flush(): void {
    if (this.#bytes.length > 0) this.#chunks.push(Uint8Array.from(this.#bytes.splice(0)));
  }

  #varint(value: number): void {
    let rest = value;
    for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) this.#bytes.push((rest % 0x80) | 0x80);
    this.#bytes.push(rest);
  }
}

/** One field of a message that is being read: its value is read by the method of its type, or passed over. */
export class MessageReader {
  readonly #bytes: Uint8Array;
  #at = 0;
  #wireType = VARINT;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** The number of the next field, or undefined at the end. */
  next(): number | undefined {
    if (this.#at >= this.#bytes.length) return undefined;
    const tag = this.integer();
    this.#wireType = tag % 8;
    return Math.floor(tag / 8);
  }

  /** Exact up to 2^53: enough for revisions, not for ids. */
  integer(): number {
    let [value, factor] = [0, 1];
    for (;;) {
      const byte = this.#byte();
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
      factor *= 0x80;
    }
  }

  /** A 64-bit id as decimal digits. */
  id(): string {
    let [value, shift] = [0n, 0n];
    for (;;) {
      const byte = this.#byte();
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value.toString();
      shift += 7n;
    }
  }

  bool(): boolean {
    return this.integer() !== 0;
  }

  /** A view into the message, not a copy. */
  bytes(): Uint8Array {
    const length = this.integer();
    const end = this.#at + length;
    if (end > this.#bytes.length) throw new RangeError("a protobuf field ends outside of its message");
    const value = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return value;
  }

  text(): string {
    return decoder.decode(this.bytes());
  }

  /** Passes over the value of a field that is not known. */
  skip(): void {
    if (this.#wireType === VARINT) this.integer();
    else if (this.#wireType === LENGTH_DELIMITED) this.bytes();
    else if (this.#wireType === FIXED_64) this.#at += 8;
    else if (this.#wireType === FIXED_32) this.#at += 4;
    else throw new RangeError(`protobuf has no wire type ${this.#wireType}`);
  }

  #byte(): number {
    const byte = this.#bytes[this.#at++];
    if (byte === undefined) throw new RangeError("a protobuf message ends too early");
    return byte;
  }
}

const VARINT = 0;
const FIXED_64 = 1;
const LENGTH_DELIMITED = 2;
const FIXED_32 = 5;

const encoder = new TextEncoder();
const decoder = new TextDecoder();
