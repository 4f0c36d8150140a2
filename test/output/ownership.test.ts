import assert from "node:assert/strict";
import { test } from "node:test";
import { loadOwnership } from "../../src/output/ownership.ts";
import { systemFiles } from "../../src/platform/files.ts";
import { bytes, failsWith } from "./support.ts";

const TABLES: Record<string, string> = {
  "/etc/passwd": "root:x:0:0:root:/root:/bin/sh\nwww-data:x:33:33::/var/www:\n# a comment\n+::::::\nodd:x:abc:0\nbroken",
  "/etc/group": "root:x:0:\nadm:x:4:www-data,root\n",
};

/** The tables that a test names, read as the real ones are. */
function files(tables: Readonly<Record<string, string>>) {
  return { read: async (path: string) => (path in tables ? bytes(tables[path] ?? "") : undefined) };
}

test("Names of users and groups of this machine become numbers", async () => {
  const ownership = await loadOwnership(systemFiles);
  assert.deepEqual([await ownership.uid("root", "/t"), await ownership.gid("root", "/t")], [0, 0]);
});

test("Users and groups are looked up in tables of their own", async () => {
  const ownership = await loadOwnership(files(TABLES));
  assert.deepEqual([await ownership.uid("www-data", "/t"), await ownership.gid("adm", "/t")], [33, 4]);
  await assert.rejects(ownership.gid("www-data", "/t"), failsWith("CONFIG_INVALID", /^Cannot write "\/t": there is no group "www-data" in \/etc\/group$/));
});

test("Numbers stay as they are, known or not, and what is not configured stays undefined", async () => {
  const ownership = await loadOwnership(files({}));
  assert.deepEqual([await ownership.uid(0, "/t"), await ownership.uid(98_765, "/t"), await ownership.gid(undefined, "/t")], [0, 98_765, undefined]);
});

test("A name that is not known is refused with the nearest one", async () => {
  const ownership = await loadOwnership(files(TABLES));
  await assert.rejects(ownership.uid("wwwdata", "/t"), failsWith("CONFIG_INVALID", /^Cannot write "\/t": there is no user "wwwdata" in \/etc\/passwd$/, /^Did you mean "www-data"\?$/));
  for (const name of ["", "+", "# a comment", "odd", "broken"]) await assert.rejects(ownership.uid(name, "/t"), failsWith("CONFIG_INVALID", /there is no user/), name);
});

test("A machine without tables knows no names", async () => {
  const ownership = await loadOwnership(files({}));
  await assert.rejects(ownership.uid("root", "/t"), failsWith("CONFIG_INVALID", /there is no user "root"/));
});

test("A user who is added later is found", async () => {
  const tables = { ...TABLES };
  const ownership = await loadOwnership(files(tables));
  await assert.rejects(ownership.uid("late", "/t"), failsWith("CONFIG_INVALID", /late/));
  tables["/etc/passwd"] += "\nlate:x:1001:1001::/:\n";
  assert.equal(await ownership.uid("late", "/t"), 1_001);
});
