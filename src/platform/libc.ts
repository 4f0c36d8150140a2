/** What is used of Bun's way to call C. */
export interface BunFfi {
  dlopen(library: string, symbols: Symbols): { readonly symbols: Libc };
  ptr(bytes: ArrayBufferView): unknown;
  readonly read: { i32(pointer: unknown, offset: number): number };
}

/** The functions that were asked for, by their names. */
export type Libc = Readonly<Record<string, (...args: unknown[]) => number>>;

/** Functions of C and their types, in Bun's names for them. */
export type Symbols = Readonly<Record<string, { readonly args: readonly string[]; readonly returns: string }>>;

// Node would not know the name of the module.
const BUN_FFI = "bun:ffi";
/** The C library by its names: glibc's, then that of musl. */
const LIBRARIES = ["libc.so.6", `libc.musl-${process.arch === "arm64" ? "aarch64" : "x86_64"}.so.1`];

/** The C library, and what turns bytes into pointers for it; undefined where this runtime cannot call it. */
export async function openLibc(symbols: Symbols): Promise<(Pick<BunFfi, "ptr" | "read"> & { readonly libc: Libc }) | undefined> {
  if (process.versions["bun"] === undefined) return undefined;
  const { ptr, read, dlopen } = (await import(BUN_FFI)) as BunFfi;
  for (const library of LIBRARIES) {
    try {
      return { ptr, read, libc: dlopen(library, symbols).symbols };
    } catch {
      // It has the other one, or none.
    }
  }
  return undefined;
}
