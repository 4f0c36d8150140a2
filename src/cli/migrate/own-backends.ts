import type { NamedBackend, Settings } from "../../core/configuration.ts";
import { isTable } from "../../schema/table.ts";
import { backendFlags } from "../confd/backends.ts";
import { readValues } from "../confd/values.ts";

/** A resource of confd's with the backend that its [backend] means. */
export interface Owner {
  readonly label: string;
  readonly table: unknown;
  readonly backend: NamedBackend;
}

type Placed =
  /** The unit names it; the program's own needs no name. */
  | { readonly kind: "placed"; readonly name: string | undefined }
  | { readonly kind: "taken"; readonly by: string };

/** The backends of resources' own: the settings have one place for each kind, which the first that asks for it gets. */
export class OwnBackends {
  readonly #places: Map<string, { readonly options: string; readonly by: string }>;
  readonly #settings: Settings;
  readonly flags: Record<string, string | readonly string[]> = {};

  constructor(settings: Settings) {
    this.#settings = settings;
    this.#places = new Map([[settings.backend, { options: JSON.stringify(settings.backends[settings.backend]), by: "the program itself" }]]);
  }

  place({ label, table, backend }: Owner): Placed {
    const options = JSON.stringify(backend.options);
    const place = this.#places.get(backend.kind);
    if (place === undefined) {
      this.#places.set(backend.kind, { options, by: label });
      Object.assign(this.flags, flagsOf(table));
    } else if (place.options !== options) {
      return { kind: "taken", by: place.by };
    }
    return { kind: "placed", name: backend.kind === this.#settings.backend ? undefined : backend.kind };
  }
}

function flagsOf(table: unknown): Readonly<Record<string, string | readonly string[]>> {
  const values = readValues({ toml: isTable(table) ? table : {} });
  return backendFlags(values.text("backend") ?? "", values).flags;
}
