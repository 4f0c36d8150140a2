import assert from "node:assert/strict";
import { test } from "node:test";
import { filesBelow, textOf } from "./support/sources.ts";
import { stalePages } from "../scripts/docs-pages.ts";

test("the generated pages of docs/ are what the tables in the code say", async () => {
  const stale = await stalePages();
  assert.deepEqual(stale, [], `Stale in docs/: ${stale.join(", ")}; run "npm run docs" and commit the result`);
});

test("docs/reliability.md tells what came of every fault", () => {
  const page = textOf("docs/reliability.md");
  const names = filesBelow("test/faults").flatMap((path) => [...textOf(path).matchAll(/^\s*test\("([^"]+)"/gm)].map(([, name = ""]) => name));
  const missing = names.filter((name) => !page.includes(`| ${name} | held |`));
  assert.deepEqual(missing, [], 'Run "npm run test:faults" and commit the page');
});
