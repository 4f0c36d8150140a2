import type { Key } from "../../../core/key.ts";
import { openWith } from "../../../secrets/open-with.ts";
import type { Invocation } from "../../command.ts";
import type { KeyAccess } from "../../key-access.ts";
import type { OpenedContent } from "../../../secrets/seal.ts";

/** Opens envelopes with the configured keyring. */
export async function opening({ outside }: Invocation, { settings, ports }: KeyAccess): Promise<(envelope: string, path: Key) => OpenedContent> {
  const { keyring, insecureKeyring } = settings.secrets;
  return openWith({ paths: keyring, insecure: insecureKeyring, uid: outside.uid, files: ports.files, log: ports.log });
}

/** Prints a value as it is; a terminal gets a line break behind it. */
export function printValue({ outside }: Invocation, content: Uint8Array): void {
  outside.stdout.writeBytes(content);
  if (outside.stdout.isTerminal) outside.stdout.write("\n");
}
