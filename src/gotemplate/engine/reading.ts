import { AppError, reason } from "../../core/error.ts";
import type { Reader } from "../../core/template.ts";

/** A reader whose faults are AppErrors with their hint and their code. */
export function plainReader(reader: Reader): Reader {
  return {
    entry: (name) => plain(() => reader.entry(name)),
    entries: (prefix) => plain(() => reader.entries(prefix)),
    special: (backend, kind, name) => plain(() => reader.special(backend, kind, name)),
    value: (entry, name) => plain(() => reader.value(entry, name)),
    secret: (entry, name, forms) => plain(() => reader.secret(entry, name, forms)),
    get sensitive() {
      return reader.sensitive;
    },
  };
}

function plain<T>(read: () => T): T {
  try {
    return read();
  } catch (thrown) {
    if (thrown instanceof AppError) throw thrown;
    const { hint, cause } = thrown as { readonly hint?: string; readonly cause?: unknown };
    throw new AppError(cause instanceof AppError ? cause.code : "TEMPLATE_FAILED", reason(thrown), { hint, cause: thrown });
  }
}
