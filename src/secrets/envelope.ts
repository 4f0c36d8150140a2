import { AppError } from "../core/error.ts";

const START = "remora:v1:";
const VERSION = /^remora:(v\d{1,4}):/;
const ID = /^[0-9a-f]{16}$/;

/** etcd takes 1.5 MiB and Consul 512 KiB; what is longer was not meant for them. */
export const LONGEST_ENVELOPE = 2 * 1024 * 1024;
export const MOST_RECIPIENTS = 64;

/** A sealed value, taken apart: "remora:v1:ID[+ID...]:BASE64". */
export interface Envelope {
  /** The key ids that it is sealed for, 16 hexadecimal digits each. */
  readonly recipients: readonly string[];
  readonly bytes: Uint8Array;
}

export function formatEnvelope({ recipients, bytes }: Envelope): string {
  return `${START}${recipients.join("+")}:${Buffer.from(bytes).toString("base64")}`;
}

/** Takes an envelope apart; white space at its end is no part of it. Throws SECRET_MALFORMED, and says of the text no more than what kind of damage it has. */
export function parseEnvelope(text: string, where: string): Envelope {
  const refuse = (why: string, hint?: string) => new AppError("SECRET_MALFORMED", `Cannot open ${where}: ${why}`, { hint });
  if (text.trim() === "") throw refuse("it is empty");
  if (text.length > LONGEST_ENVELOPE) throw refuse(`it is longer than ${LONGEST_ENVELOPE / 1024 / 1024} MiB`);
  const [, version] = VERSION.exec(text) ?? [];
  if (version === undefined) throw refuse("it is not sealed", `A sealed value begins with ${START}`);
  if (version !== "v1") throw refuse(`its form is ${version}, and this Remora knows v1`, "Update Remora");
  const [ids = "", base64, ...more] = text.slice(START.length).trimEnd().split(":");
  if (base64 === undefined || more.length > 0) throw refuse("it has not the form remora:v1:ID:BASE64", "Was it cut when it was copied?");
  const recipients = ids.split("+");
  if (!recipients.every((id) => ID.test(id))) throw refuse("its key id is not 16 hexadecimal digits");
  if (new Set(recipients).size !== recipients.length) throw refuse("it names a key id twice");
  if (recipients.length > MOST_RECIPIENTS) throw refuse(`it names more than ${MOST_RECIPIENTS} keys`);
  if (base64 === "") throw refuse("there is nothing behind its key id", "Was it cut when it was copied?");
  const bytes = Buffer.from(base64, "base64");
  // Buffer skips what is not base64; only the one right form comes back the same.
  if (bytes.toString("base64") !== base64) throw refuse("it is not base64", "Was it cut, or wrapped into lines, when it was copied?");
  return { recipients, bytes };
}
