import * as v from "valibot";
import type { Duration } from "../core/duration.ts";
import { AppError } from "../core/error.ts";
import { keyName } from "./key-name.ts";
import { setting, type ValueSchema } from "./setting.ts";
import { isTable, readTable } from "./table.ts";
import { duration, schema, wholeNumber } from "./values.ts";

/** A lock as it is configured: its key may name a backend, "consul:/locks/nginx". */
export interface LockSetting {
  readonly key: string;
  readonly limit: number;
  readonly hold: Duration;
}

const MOST = 1_000;

/** { key = "/locks/nginx", limit = 2, hold = "1m" } */
export function reloadLock(backends: readonly string[]): ValueSchema<LockSetting> {
  const keys = {
    key: setting(keyName(backends), { doc: 'The key that the fleet shares, "/locks/nginx"', required: true }),
    limit: setting(wholeNumber(1, MOST), { doc: "How many may reload at a time", default: 1 }),
    hold: setting(duration, { doc: "How long a reload that failed keeps the lock, so that the roll-out stops there", default: "5m" }),
  };
  return schema(v.pipe(v.unknown(), v.transform((raw) => read(keys, raw))), { type: "table of key, limit and hold", hint: HINT });
}

const HINT = 'Write { key = "/locks/nginx", limit = 2, hold = "5m" }';

function read<T extends Parameters<typeof readTable>[0]>(keys: T, raw: unknown): LockSetting {
  if (!isTable(raw)) throw new AppError("CONFIG_INVALID", "this is not a table", { hint: HINT });
  const { values, problems } = readTable(keys, raw, []);
  const [problem] = problems;
  if (problem !== undefined) throw new AppError("CONFIG_INVALID", problem.reason, { hint: problem.hint });
  return values as unknown as LockSetting;
}
