import assert from "node:assert/strict";
import { test } from "node:test";
import { AppError } from "../../src/core/error.ts";
import { isItemName, itemFields, itemTarget } from "../../src/core/item-target.ts";

const DEST = "/etc/nginx/conf.d/{{ item.name }}.conf";

test("itemTarget() puts fields of the item into the file's name", () => {
  assert.equal(itemTarget(DEST, { name: "*.example.com" }), "/etc/nginx/conf.d/*.example.com.conf");
  assert.equal(itemTarget("/t/{{item.meta.zone}}-{{- item.port -}}", { meta: { zone: "eu" }, port: 80 }), "/t/eu-80");
  assert.deepEqual(itemFields("/t/{{ item.name }}-{{ item.meta.zone }}"), ["name", "meta.zone"]);
});

for (const [what, name, why] of [
  ["leads up", "..", /hidden/],
  ["is the folder", ".", /hidden/],
  ["is hidden", ".htaccess", /would be "\.htaccess\.conf", and names that begin with a dot/],
  ["holds a slash", "../../etc/cron.d/x", /holds a slash and would leave the directory/],
  ["is empty", "", /its name is empty/],
  ["holds a NUL", "a\0b", /holds a control character/],
  ["holds a line break", "a\nb", /holds a control character/],
  ["is too long for a file", "x".repeat(300), /longer than 230 bytes/],
  ["is no text", { name: "x" }, /it has no text "name"/],
] as const) {
  test(`itemTarget() refuses a name that ${what}`, () => {
    assert.throws(() => itemTarget(DEST, { key: "/vhosts/x", name }), (thrown) => {
      assert.ok(thrown instanceof AppError);
      assert.equal(thrown.code, "TEMPLATE_FAILED");
      assert.match(thrown.message, why);
      assert.match(thrown.message, /item "\/vhosts\/x"/);
      return true;
    });
  });
}

test("itemTarget() reaches no member that is not the item's own", () => {
  assert.throws(() => itemTarget("/t/{{ item.constructor.name }}", { name: "a" }), /it has no text "constructor\.name"/);
});

test("isItemName() tells the names that items could have", () => {
  const isItem = isItemName("/etc/x+y/site-{{ item.name }}.conf");
  assert.deepEqual(["site-a.conf", "site-.conf", "site-aXconf", "other.conf"].map(isItem), [true, false, false, false]);
});
