import assert from "node:assert/strict";
import { test } from "node:test";
import { createLogger, type LogRecord } from "../../src/log/logger.ts";
import { manualClock } from "../support/manual-clock.ts";

test("Who listens gets every record, those too that are not printed, with the fields that are bound", () => {
  const records: LogRecord[] = [];
  const lines: string[] = [];
  const log = createLogger({ level: "warn", format: ({ message }) => message, write: (line) => lines.push(line), clock: manualClock(), onRecord: (record) => records.push(record) });
  log.with({ unit: "web" }).info("Committed", { targets: ["/a"] });
  log.warn("Odd");
  assert.deepEqual(lines, ["Odd\n"]);
  assert.deepEqual(records.map(({ level, message, fields }) => [level, message, fields]), [["info", "Committed", { unit: "web", targets: ["/a"] }], ["warn", "Odd", {}]]);
});
