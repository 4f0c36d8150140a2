import { toValue, type Entry } from "../core/entry.ts";
import { toAppError } from "../core/error.ts";
import type { Opened, Opener, Sealed } from "../core/opener.ts";
import type { Files, Logger, Mask } from "../core/ports.ts";
import { Secret } from "../core/secret.ts";

export interface OpenerOptions {
  /** Files and directories, absolute. */
  readonly keyring: readonly string[];
  readonly openpgpKeyring: readonly string[];
  readonly insecure: boolean;
  readonly ports: { readonly files: Files; readonly log: Logger; readonly mask: Mask };
  /** The user that this process runs as. */
  readonly uid: number;
}

/** An opener whose keys can be replaced while it is used. */
export interface KeyringOpener extends Opener {
  /** Reads the keyring anew when something is opened next, and tries again what could not be opened. */
  reload(): void;
}

/** Opens sealed values; keys and cryptography are loaded when the first one is met. What was opened is kept with its entry. */
export function createOpener({ keyring, openpgpKeyring, insecure, ports, uid }: OpenerOptions): KeyringOpener {
  const openedOnes = new WeakMap<Entry, Opened>();
  let refusedOnes = new WeakMap<Entry, Opened>();
  let openEnvelope: ReturnType<typeof loadKeys> | undefined;
  let openCrypt: ReturnType<typeof loadCrypt> | undefined;

  const options = { insecure, uid, files: ports.files, log: ports.log };
  const loadKeys = async () => (await import("./open-with.ts")).openWith({ paths: keyring, ...options });
  const loadCrypt = async () => (await import("./openpgp.ts")).cryptOpener({ paths: openpgpKeyring, ...options });

  async function contentOf({ form, entry }: Sealed): Promise<Uint8Array> {
    if (form === "crypt") return (await (openCrypt ??= loadCrypt()))(entry.value, entry.key);
    return (await (openEnvelope ??= loadKeys()))(entry.value, entry.key).content;
  }

  return {
    opened: ({ entry }) => openedOnes.get(entry) ?? refusedOnes.get(entry),
    async prepare(sealed) {
      const refused = refusedOnes;
      for (const one of sealed) {
        if (openedOnes.has(one.entry) || refused.has(one.entry)) continue;
        try {
          const value = toValue(await contentOf(one));
          ports.mask.add(value);
          openedOnes.set(one.entry, { kind: "opened", secret: new Secret(value) });
        } catch (thrown) {
          refused.set(one.entry, { kind: "refused", error: toAppError(thrown) });
        }
      }
    },
    reload() {
      openEnvelope = openCrypt = undefined;
      refusedOnes = new WeakMap();
    },
  };
}
