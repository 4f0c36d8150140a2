import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { runProgram } from "../support/process.ts";
import { requireProgram } from "../support/requires.ts";
import { tempDir } from "../support/temp.ts";
import { HOSTILE, type Registered, renderServices } from "./rendering.ts";

const MEMBERS = [{ id: "a", address: "10.0.0.5", port: 4567 }, { id: "b", address: "2001:db8::1", port: 4567, status: "critical" }, { id: "c", address: "db.local", port: 4567 }];

describe("templates/galera", () => {
  test("the other members are where the server looks for its cluster", async () => {
    assert.equal(await cluster({ galera: MEMBERS }), "gcomm://10.0.0.5:4567,[2001:db8::1]:4567");
    assert.equal(await cluster({ galera: MEMBERS }, {}, "10.0.0.5"), "gcomm://[2001:db8::1]:4567");
  });

  test("a member that is alone waits, unless it may begin a cluster", async () => {
    const alone = { galera: [MEMBERS[0] as Registered] };
    for (const keys of [{}, { "/galera/bootstrap": "10.0.0.6" }]) assert.throws(() => render(alone, keys, "10.0.0.5"), { code: "TEMPLATE_MISSING_KEY", message: /\/galera\/members/ });
    assert.throws(() => render({}, { "/galera/bootstrap": "" }), { code: "TEMPLATE_MISSING_KEY" });
    assert.equal(await cluster(alone, { "/galera/bootstrap": "10.0.0.5" }, "10.0.0.5"), "gcomm://");
    assert.equal(await cluster({ galera: MEMBERS }, { "/galera/bootstrap": "10.0.0.5" }, "10.0.0.5"), "gcomm://[2001:db8::1]:4567");
  });

  test("while no instance is registered the members are a key", async () => {
    assert.equal(await cluster({}, { "/galera/members": "10.0.0.7:4567" }), "gcomm://10.0.0.7:4567");
  });

  test("hostile values add no option", async () => {
    const lines = (text: string) => text.split("\n").map((line) => line.split(" = ")[0]);
    const wanted = lines(render({ galera: MEMBERS }, {}, "10.0.0.9"));
    const evil = HOSTILE.map((value, n): Registered => ({ id: `${n}`, address: value, port: 4567 }));
    for (const value of HOSTILE.filter((one) => one.length < 3_000 && !one.includes("\0"))) {
      const text = render({ galera: [...MEMBERS, ...evil] }, { "/galera/name": value, "/galera/provider": value }, "10.0.0.9");
      assert.deepEqual(lines(text), wanted);
      assert.match(text, /^wsrep_cluster_address = "gcomm:\/\/10\.0\.0\.5:4567,\[2001:db8::1\]:4567"$/m);
      assert.deepEqual(lines(render({}, { "/galera/members": value }, `10.0.0.9${value}`)), wanted);
    }
    await cluster({}, { "/galera/members": '"; evil "', "/galera/name": "it's", "/galera/provider": "none" });
  });

  test("a wrong file is refused", async () => {
    const { code, stderr } = await checked(`${render({ galera: MEMBERS })}evil = 1\n`);
    assert.notEqual(code, 0);
    assert.match(stderr, /unknown variable 'evil=1'/);
  });
});

type Services = Readonly<Record<string, readonly Registered[]>>;

function render(services: Services, keys: Readonly<Record<string, string>> = {}, own = ""): string {
  return renderServices("galera/galera.cnf.njk", services, keys, undefined, own === "" ? {} : { GALERA_ADDRESS: own });
}

/** What the server itself takes for the address of its cluster. */
async function cluster(...asked: Parameters<typeof render>): Promise<string> {
  const text = render(...asked);
  const { code, stdout, stderr } = await checked(text);
  assert.equal(code, 0, `${stderr}\n${text}`);
  return /^wsrep-cluster-address +(.*)$/m.exec(stdout)?.[1] ?? "";
}

async function checked(text: string) {
  await using directory = await tempDir();
  return await runProgram([requireProgram("mariadbd"), `--defaults-file=${await directory.write("galera.cnf", text)}`, "--help", "--verbose"]);
}
