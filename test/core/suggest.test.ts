import assert from "node:assert/strict";
import { test } from "node:test";
import { didYouMean, nearest } from "../../src/core/suggest.ts";

test("nearest() counts two swapped letters as one slip", () => {
  assert.equal(nearest("mdoe", ["mode", "dest"]), "mode");
  assert.equal(nearest("relaod_cmd", ["check_cmd", "reload_cmd"]), "reload_cmd");
});

test("nearest() finds nothing where most letters differ", () => {
  assert.equal(nearest("banana", ["mode", "dest"]), undefined);
  assert.equal(didYouMean("x", ["etcd"]), undefined);
});

test("didYouMean() makes a question of it", () => {
  assert.equal(didYouMean("Etcd", ["etcd"]), 'Did you mean "etcd"?');
});
