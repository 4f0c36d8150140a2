import { RpcError, STATUS } from "./rpc-error.ts";

const PREFIX_BYTES = 5;

/** Puts gRPC's prefix before a message: one byte "not compressed", four of length. */
export function frame(message: Uint8Array): Uint8Array {
  const framed = new Uint8Array(PREFIX_BYTES + message.length);
  new DataView(framed.buffer).setUint32(1, message.length);
  framed.set(message, PREFIX_BYTES);
  return framed;
}

/** Cuts a stream of bytes into messages, however they were split or joined on the way. */
export class Deframer {
  #chunks: Uint8Array[] = [];
  #buffered = 0;

  /** Takes in bytes and answers the messages that are now whole. */
  push(chunk: Uint8Array): Uint8Array[] {
    this.#chunks.push(chunk);
    this.#buffered += chunk.length;
    const messages: Uint8Array[] = [];
    for (let message = this.#take(); message !== undefined; message = this.#take()) messages.push(message);
    return messages;
  }

  #take(): Uint8Array | undefined {
    if (this.#buffered < PREFIX_BYTES) return undefined;
    const head = this.#atLeast(PREFIX_BYTES);
    if (head[0] !== 0) throw new RpcError(STATUS.internal, "the answer is compressed, which was not asked for");
    const length = new DataView(head.buffer, head.byteOffset).getUint32(1);
    if (this.#buffered < PREFIX_BYTES + length) return undefined;
    const bytes = this.#atLeast(PREFIX_BYTES + length);
    const rest = bytes.subarray(PREFIX_BYTES + length);
    this.#chunks[0] = rest;
    if (rest.length === 0) this.#chunks.shift();
    this.#buffered -= PREFIX_BYTES + length;
    return bytes.subarray(PREFIX_BYTES, PREFIX_BYTES + length);
  }

  /** The first chunk, joined with the following ones only when it is too short: each byte is copied once at most per message. */
  #atLeast(length: number): Uint8Array {
    const first = this.#chunks[0] as Uint8Array;
    if (first.length >= length) return first;
    const joined = Buffer.concat(this.#chunks);
    this.#chunks = [joined];
    return joined;
  }
}
