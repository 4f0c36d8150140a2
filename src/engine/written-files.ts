import type { WrittenFile } from "../core/observer.ts";
import type { FileStat, Files } from "../core/ports.ts";
import type { State } from "../output/state-file.ts";

/** May be read by all users. */
const OTHERS_READ = 0o004;
/** What is larger is shown to nobody, and so not read. */
const MOST_BYTES = 64 * 1_024;

interface Written {
  readonly target: string;
  readonly content: Uint8Array;
  readonly sensitive: boolean;
}

/** Looks at targets before they are replaced; the answer tells, once they are, what became of them. */
export async function watchWritten(changed: readonly Written[], { state, ports: { files } }: { readonly state: State; readonly ports: { readonly files: Files } }): Promise<() => Promise<readonly WrittenFile[]>> {
  const former = await Promise.all(
    changed.map(async ({ target, sensitive }) => {
      const stat = await statOf(target, files);
      const isSmall = stat !== undefined && stat.size <= MOST_BYTES;
      // What it held until now may be what nobody is to see.
      const held = sensitive || state.data.targets[target]?.sensitive === true;
      return { sensitive: held, isOpen: isReadable(stat), size: stat?.size ?? 0, before: isSmall && !held ? await files.read(target).catch(() => undefined) : undefined };
    }),
  );
  return () =>
    Promise.all(
      changed.map(async ({ target, content }, index) => {
        const { sensitive = true, isOpen = false, size = 0, before } = former[index] ?? {};
        return { target, sensitive, isOpen: isOpen && isReadable(await statOf(target, files)), bytes: size + content.length, before, after: content };
      }),
    );
}

function statOf(target: string, files: Files): Promise<FileStat | undefined> {
  return files.stat(target).catch(() => undefined);
}

/** What is not there hides nothing. */
function isReadable(stat: FileStat | undefined): boolean {
  return stat === undefined || (stat.mode & OTHERS_READ) !== 0;
}
