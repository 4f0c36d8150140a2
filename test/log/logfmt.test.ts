import assert from "node:assert/strict";
import { test } from "node:test";
import { json } from "../../src/log/json.ts";
import { logfmt } from "../../src/log/logfmt.ts";

const record = (fields: Record<string, unknown>) => logfmt({ time: new Date(0), level: "info", message: "Committed", fields });

test("A line has time, level, message and the fields in their order", () => {
  assert.equal(record({ unit: "nginx", took_ms: 3 }), 'time=1970-01-01T00:00:00.000Z level=info msg="Committed" unit=nginx took_ms=3');
});

test("A list of texts is written with commas, and a field without a value is left out", () => {
  assert.match(record({ targets: ["/a", "/b"], at: undefined }), /"Committed" targets=\/a,\/b$/);
});

test("What has spaces, quotes, line breaks or a backslash in it is quoted, so that a line stays one line", () => {
  assert.match(record({ error: 'a "b"\nc\\d' }), /error="a \\"b\\"\\nc\\\\d"$/);
  assert.match(record({ units: ["a b", "c"] }), /units="a b,c"$/);
  assert.match(record({ units: [] }), /units=""$/);
});

test("Nothing in a line is obeyed by a terminal or turns the text around it, in either format", () => {
  const hostile = "/a\u001b[31m\u009b2J\u202e\u007f";
  assert.match(record({ missing: [hostile] }), /missing="\/a\\u001b\[31m\\u009b2J\\u202e\\u007f"$/);
  const line = json({ time: new Date(0), level: "info", message: "Committed", fields: { missing: [hostile] } });
  assert.doesNotMatch(line, /[\u0000-\u001f\u007f-\u009f\u202e]/);
  assert.deepEqual((JSON.parse(line) as { missing: unknown }).missing, [hostile]);
});
