import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";

/** What a file imports as it is loaded, and what that imports in its turn; types cost nothing. */
function loadedWith(path: string, found: Set<string> = new Set()): ReadonlySet<string> {
  if (found.has(path)) return found;
  found.add(path);
  for (const [, names = "", target = ""] of readFileSync(path, "utf8").matchAll(/^(?:import|export) (?!type\b)([^"]*?) from "([^"]+)";$/gm)) {
    const isTypes = /^\{.*\}$/.test(names) && names.slice(1, -1).split(",").every((name) => name.trim().startsWith("type "));
    if (isTypes) continue;
    if (target.startsWith(".")) loadedWith(join(dirname(path), target), found);
    else found.add(target);
  }
  return found;
}

test("remora render loads nothing of the status", () => {
  for (const path of ["src/main.ts", "src/cli/commands/render.ts"]) {
    const loaded = [...loadedWith(path)];
    assert.ok(loaded.includes("src/engine/apply-unit.ts") || path === "src/main.ts", "imports were found");
    assert.deepEqual(loaded.filter((each) => /^src\/observe\/|http-server|process-usage|clients\/status/.test(each)), []);
  }
});

test("remora run loads the HTTP server, the routes and the metrics for the first who asks", () => {
  const loaded = [...loadedWith("src/cli/commands/run.ts")];
  assert.ok(loaded.includes("src/observe/recorder.ts"), "what happens is recorded from the start");
  assert.deepEqual(loaded.filter((each) => /observe\/(routes|metrics|exposition|events|document|guard)\.ts|http-server|process-usage/.test(each)), []);
  assert.ok(!loadedWith("src/platform/http-server.ts").has("node:http"), "the first connection loads it");
});
