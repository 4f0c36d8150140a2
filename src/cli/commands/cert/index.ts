import type { CommandDefinition, CommandFlag } from "../../command.ts";

const KEY_PREFIX: CommandFlag = { flag: "key-prefix", type: "string", value: "KEY_PREFIX", doc: "Where it is: KEY_PREFIX/certificate, and sealed KEY_PREFIX/private_key" };
const DAYS: CommandFlag = { flag: "days", type: "string", value: "DAYS", doc: "How long it is valid" };
const RSA: CommandFlag = { flag: "rsa", type: "string", value: "BITS", doc: "An RSA key of 2048 or 3072 bits, for clients too old for P-256" };
const TO: CommandFlag = { flag: "to", type: "string", value: "PUBLIC", multiple: true, doc: "Public key of who may open the private key, or a file that holds it; may be given several times" };
const JSON_FLAG: CommandFlag = { flag: "json", type: "boolean", doc: "Print JSON" };

/** The commands about certificates: light to import, each is loaded when it is called. */
export const CERT_COMMANDS: readonly CommandDefinition[] = [
  {
    name: "cert ensure",
    summary: "Make a certificate in the backend, renew it, or use the one that is there",
    usage: "NAME --key-prefix KEY_PREFIX [--san NAME] [--ca KEY_PREFIX] [--to PUBLIC]",
    description:
      "Makes a key pair and a certificate, which signs itself or is signed by an authority, and writes the certificate and the sealed private key in one transaction, unless they are there: of many that start at once one makes them, and all use the same. Renews them when two thirds of their life are over or a name is missing. Without --to the private key is sealed for [secrets] recipients.",
    examples: ["remora cert ensure logstash --key-prefix /logstash/ssl --san logstash --san 10.0.0.5", 'remora cert ensure "$HOSTNAME" --key-prefix "/ssl/$HOSTNAME" --ca /ca'],
    flags: [
      KEY_PREFIX,
      { flag: "san", type: "string", value: "NAME", multiple: true, doc: "DNS name or IP address that it is valid for, NAME itself unless given; may be given several times" },
      { ...DAYS, doc: "How long it is valid (default 365)" },
      { flag: "ca", type: "string", value: "KEY_PREFIX", doc: "Where the authority is that signs it; without, it signs itself" },
      RSA,
      TO,
      JSON_FLAG,
    ],
    settings: true,
    positionals: true,
    run: async (invocation) => (await import("./ensure.ts")).ensure(invocation),
  },
  {
    name: "cert ca",
    summary: "Make an authority in the backend, or use the one that is there",
    usage: "NAME --key-prefix KEY_PREFIX [--days DAYS] [--to PUBLIC]",
    description: "Makes a small authority for cert ensure --ca. Its private key is sealed for those who may sign. It is not renewed: who trusts it would have to be told.",
    examples: ['remora cert ca "Log CA" --key-prefix /ca --to signer.pub'],
    flags: [KEY_PREFIX, { ...DAYS, doc: "How long it is valid (default 3650)" }, RSA, TO, JSON_FLAG],
    settings: true,
    positionals: true,
    run: async (invocation) => (await import("./ensure.ts")).ca(invocation),
  },
  {
    name: "cert show",
    summary: "Describe the certificate at a key prefix",
    usage: "KEY_PREFIX [--json]",
    description: "Tells whom it is for, how long it is valid, when it is renewed and for whom its private key is sealed. Opens nothing.",
    examples: ["remora cert show /logstash/ssl"],
    flags: [JSON_FLAG],
    settings: true,
    positionals: true,
    run: async (invocation) => (await import("./show.ts")).show(invocation),
  },
];
