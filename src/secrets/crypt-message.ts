/** What Consul takes. A longer one could be made to keep us busy: what is inside may be many thousand packets, at 3 to 30 us each. */
const LONGEST_VALUE = 512 * 1024;
const MOST_RECIPIENTS = 64;
/** A message that does not say whom it is for. */
export const ANY_KEY = "0000000000000000";

// The packets of such a message (RFC 4880, 4.3).
const SESSION_KEY = 1;
const UNPROTECTED_DATA = 9;
const PROTECTED_DATA = 18;

const SESSION_KEY_VERSION = 3;
/** The bytes of a session key's packet before the key itself: version, key id, algorithm. */
const SESSION_KEY_HEAD = 10;

/** What crypt wrote, as far as it can be read without a key. */
export interface CryptMessage {
  readonly bytes: Uint8Array;
  /** The ids of the keys that it is sealed for, 16 hexadecimal digits each; at least one. */
  readonly recipients: readonly string[];
}

/** Takes a value apart: base64 of session keys, each for one key, and the data behind them. A string is what is wrong with it. */
export function parseCryptMessage(value: string): CryptMessage | string {
  if (value.trim() === "") return "it is empty";
  if (value.length > LONGEST_VALUE) return `it is longer than ${LONGEST_VALUE / 1024} KiB`;
  const bytes = decoded(value);
  if (bytes === undefined) return "it is not base64";
  const { recipients, end } = sessionKeys(bytes);
  if (recipients.length === 0) return "what is in the base64 is not an OpenPGP message for a public key";
  // Each of them costs a try of the private key.
  if (recipients.length > MOST_RECIPIENTS) return `it is for more than ${MOST_RECIPIENTS} keys`;
  const named = recipients.filter((id) => id !== ANY_KEY);
  if (new Set(named).size !== named.length) return "it names a key id twice";
  return dataProblem(bytes, end) ?? { bytes, recipients };
}

/** Whether a value begins as crypt's do, damaged or not. */
export function looksSealed(value: string): boolean {
  const bytes = decoded(value);
  return bytes !== undefined && sessionKeyId(bytes, packetAt(bytes, 0)) !== undefined;
}

/** Buffer skips what is not base64; only the one right form comes back the same. Lines may be wrapped, as crypt allows it. */
function decoded(value: string): Uint8Array | undefined {
  const text = value.trim().replaceAll(/[\r\n]/g, "");
  const bytes = Buffer.from(text, "base64");
  return bytes.toString("base64") === text ? bytes : undefined;
}

function sessionKeys(bytes: Uint8Array): { readonly recipients: readonly string[]; readonly end: number } {
  const recipients: string[] = [];
  for (let at = 0; ; ) {
    const packet = packetAt(bytes, at);
    const id = sessionKeyId(bytes, packet);
    if (packet === undefined || id === undefined) return { recipients, end: at };
    recipients.push(id);
    at = packet.end;
  }
}

function sessionKeyId(bytes: Uint8Array, packet: Packet | undefined): string | undefined {
  if (packet?.tag !== SESSION_KEY || packet.end - packet.start < SESSION_KEY_HEAD || bytes[packet.start] !== SESSION_KEY_VERSION) return undefined;
  return Buffer.from(bytes.subarray(packet.start + 1, packet.start + 9)).toString("hex");
}

function dataProblem(bytes: Uint8Array, at: number): string | undefined {
  if (at >= bytes.length) return "it is cut short";
  const packet = packetAt(bytes, at);
  if (packet?.tag === UNPROTECTED_DATA) return "it has no integrity protection: nobody could tell whether it was changed";
  if (packet?.tag !== PROTECTED_DATA) return "the OpenPGP message in it is damaged";
  if (packet.end > bytes.length) return "it is cut short";
  return packet.end < bytes.length ? "there is something behind the OpenPGP message" : undefined;
}

interface Packet {
  readonly tag: number;
  /** Where its body begins, and the packet ends; beyond the message when that is cut. */
  readonly start: number;
  readonly end: number;
}

/** Either form of a packet's header has the first bit set; the older one has its tag in four bits, the newer one in six (RFC 4880, 4.2). */
function packetAt(bytes: Uint8Array, at: number): Packet | undefined {
  const first = bytes[at] ?? 0;
  if ((first & 0x80) === 0) return undefined;
  if ((first & 0x40) === 0) {
    const octets = [1, 2, 4][first & 0x03];
    const start = at + 1 + (octets ?? 0);
    return { tag: (first >> 2) & 0x0f, start, end: octets === undefined ? bytes.length : start + numberAt(bytes, at + 1, octets) };
  }
  const head = chunkAt(bytes, at + 1);
  let last = head;
  while (last.more) last = chunkAt(bytes, last.end);
  return { tag: first & 0x3f, start: head.start, end: last.end };
}

/** Data may come in chunks, each with a length of its own. */
function chunkAt(bytes: Uint8Array, at: number): { readonly start: number; readonly end: number; readonly more: boolean } {
  const length = bytes[at] ?? 0;
  const [octets, size] = length < 192 ? [1, length] : length < 224 ? [2, numberAt(bytes, at, 2) - (192 << 8) + 192] : length < 255 ? [1, 2 ** (length & 0x1f)] : [5, numberAt(bytes, at + 1, 4)];
  const start = at + octets;
  return { start, end: start + size, more: length >= 224 && length < 255 };
}

function numberAt(bytes: Uint8Array, at: number, octets: number): number {
  return bytes.subarray(at, at + octets).reduce((sum, octet) => sum * 256 + octet, 0);
}
