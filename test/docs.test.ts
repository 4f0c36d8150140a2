import assert from "node:assert/strict";
import { test } from "node:test";
import { stalePages } from "../scripts/docs-pages.ts";

test("the generated pages of docs/ are what the tables in the code say", async () => {
  const stale = await stalePages();
  assert.deepEqual(stale, [], `Stale in docs/: ${stale.join(", ")}; run "npm run docs" and commit the result`);
});
