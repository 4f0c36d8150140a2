import type { Settings } from "../core/configuration.ts";
import type { Opener } from "../core/opener.ts";
import type { Ports } from "../core/ports.ts";
import { createOpener } from "../secrets/opener.ts";

export interface Openers {
  readonly opener: Opener;
  /** Yields when the files of the keyring may have changed; what could not be opened is tried anew afterwards. */
  readonly keyChanges: (signal: AbortSignal) => AsyncIterable<void>;
}

/** Opens sealed values by the configured keyrings; nothing is loaded before there is one. */
export function openers({ keyring, openpgpKeyring, insecureKeyring }: Settings["secrets"], ports: Ports, uid: number): Openers {
  const opener = createOpener({ keyring, openpgpKeyring, insecure: insecureKeyring, ports, uid });
  const paths = [...keyring, ...openpgpKeyring];
  return {
    opener,
    async *keyChanges(signal) {
      if (paths.length === 0) return;
      for await (const _ of ports.follower.follow(paths, signal)) {
        opener.reload();
        yield;
      }
    },
  };
}
