import type { CommandDefinition, CommandFlag } from "../../command.ts";

const TO: CommandFlag = { flag: "to", type: "string", value: "PUBLIC", multiple: true, doc: "Public key of who may open it, or a file that holds it; may be given several times" };
const FILE: CommandFlag = { flag: "file", type: "string", value: "FILE", doc: "Take it from a file, as it is, and not from standard input" };
const ANY_PATH: CommandFlag = { flag: "any-path", type: "boolean", doc: "Let it open at every key, not at this one alone" };

/** The commands about secrets: light to import, each is loaded when it is called. */
export const SECRET_COMMANDS: readonly CommandDefinition[] = [
  {
    name: "secret keygen",
    summary: "Make a private key file, and print the public key",
    usage: "--out FILE",
    description: "Writes a new private key to a file that nobody else can read, and prints the public key. The file belongs on the hosts that open secrets, never in an image and never in the store; the public key is no secret.",
    examples: ["remora secret keygen --out /etc/remora/keys/web.key"],
    flags: [{ flag: "out", type: "string", value: "FILE", doc: "Where to write the private key; a file that exists is not overwritten" }],
    settings: false,
    run: async (invocation) => (await import("./keygen.ts")).keygen(invocation),
  },
  {
    name: "secret seal",
    summary: "Seal a value and print the envelope",
    usage: "--to PUBLIC --key KEY [--file FILE]",
    description: "Reads a value from standard input (one line break at its end is dropped) or, as it is, from a file, and prints the envelope. It opens at this key alone, so that a copy elsewhere is refused.",
    examples: ["remora secret seal --to remora-public-key:v1:... --key /db/password < password", "remora secret seal --to web.pub --to db.pub --key /tls/key --file tls.pem"],
    flags: [TO, { flag: "key", type: "string", value: "KEY", doc: "The key that it is for" }, FILE, ANY_PATH],
    settings: true,
    run: async (invocation) => (await import("./seal.ts")).sealCommand(invocation),
  },
  {
    name: "secret open",
    summary: "Open an envelope and print the value",
    usage: "--key KEY [--file FILE]",
    description: "Reads an envelope from standard input or a file, opens it with the keyring and prints the value as it is.",
    examples: ["remora secret open --key /db/password --keyring web.key < envelope"],
    flags: [{ flag: "key", type: "string", value: "KEY", doc: "The key that it was sealed for" }, FILE],
    settings: true,
    run: async (invocation) => (await import("./open.ts")).openCommand(invocation),
  },
  {
    name: "secret put",
    summary: "Seal a value and write it to the backend",
    usage: "KEY [--to PUBLIC] [--file FILE]",
    description: "Reads a value from standard input (one line break at its end is dropped) or from a file, seals it and writes it, unless somebody else changed the key in between. Without --to it is sealed for [secrets] recipients.",
    examples: ["remora secret put /db/password --to web.pub < password", "remora secret put consul:/tls/key --file tls.pem"],
    flags: [TO, FILE, ANY_PATH],
    settings: true,
    run: async (invocation) => (await import("./put.ts")).put(invocation),
  },
  {
    name: "secret get",
    summary: "Print the opened value of a key",
    usage: "KEY",
    description: "Reads a key from the backend, opens it with the keyring and prints the value as it is.",
    examples: ["remora secret get /db/password --keyring web.key"],
    flags: [],
    settings: true,
    run: async (invocation) => (await import("./get.ts")).get(invocation),
  },
  {
    name: "secret list",
    summary: "List what is sealed, for whom, and what opens here",
    usage: "[PREFIX] [--json]",
    description: "Lists the sealed values at and below a prefix with the key ids that they are sealed for, and whether this keyring opens them. No value is shown.",
    examples: ["remora secret list /db", "remora secret list --json"],
    flags: [{ flag: "json", type: "boolean", doc: "Print JSON" }],
    settings: true,
    run: async (invocation) => (await import("./list.ts")).list(invocation),
  },
  {
    name: "secret verify",
    summary: "Tell whether everything that the units need opens here",
    usage: "",
    description: "Reads what the units read and opens every sealed value, writes nothing and shows no value. Exit status 4 when something does not open.",
    examples: ["remora secret verify"],
    flags: [],
    settings: true,
    run: async (invocation) => (await import("./verify.ts")).verify(invocation),
  },
  {
    name: "secret rotate",
    summary: "Seal all values under a prefix for a new key instead of an old one",
    usage: "--from OLD --to NEW [PREFIX]",
    description:
      "Opens every value that is sealed for the old key with the keyring and seals it for the new one; further recipients stay. Each value is replaced only if nobody changed it in between. May be stopped and started again at any time: what is done stays done. The values themselves stay as they are: change those that leaked.",
    examples: ["remora secret rotate --from 055ff62898d9f17e --to new.pub /production --keyring old.key"],
    flags: [
      { flag: "from", type: "string", value: "OLD", doc: "The id of the old key, its public key, or a file that holds that" },
      { flag: "to", type: "string", value: "NEW", doc: "The new public key, or a file that holds it" },
    ],
    settings: true,
    run: async (invocation) => (await import("./rotate.ts")).rotate(invocation),
  },
  {
    name: "secret import-crypt",
    summary: "Seal anew what the crypt program sealed",
    usage: "PREFIX [--to PUBLIC]",
    description: "Opens every value under a prefix that crypt wrote (OpenPGP, gzip, base64) with the OpenPGP keyring, and seals it for the recipients. Other values stay as they are. Templates may go on using cgetv.",
    examples: ["remora secret import-crypt /app --openpgp-keyring secring.gpg --to web.pub"],
    flags: [TO],
    settings: true,
    run: async (invocation) => (await import("./import-crypt.ts")).importCrypt(invocation),
  },
];
