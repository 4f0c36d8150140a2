import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { AppError } from "../../../../src/core/error.ts";
import { ContainerReader, type ReaderOptions } from "../../../../src/registrar/sources/docker/reader.ts";
import { memoryLog } from "../../../support/ports.ts";

const STATE = { Running: true };

function reader(options: Partial<ReaderOptions>, answer: object | undefined = {}) {
  const log = memoryLog();
  const made = new ContainerReader({ tags: "", registratorCompat: false, ...options }, log);
  const read = () => made.read("1", { inspect: async () => answer && { Id: "1", Name: "/web", State: STATE, ...answer } }, AbortSignal.timeout(5_000));
  return { log, read };
}

describe("a container that is read", () => {
  const ADDRESSES: readonly (readonly [label: string | undefined, address: string | undefined])[] = [["10.42.0.5/16", "10.42.0.5"], ["10.42.0.5", "10.42.0.5"], ["fd00::5/64", "fd00::5"], [undefined, undefined], ["", undefined], ["0.0.0.0", undefined], ["web.local", undefined]];
  for (const [label, address] of ADDRESSES) {
    test(`has the address ${address} by a label that is ${label}`, async () => {
      const { read } = reader({ useIpFromLabel: "ip" }, { Config: { Labels: label === undefined ? {} : { ip: label } } });
      assert.equal((await read())?.labelAddress?.text, address);
    });
  }

  test("says once that its label holds no address", async () => {
    const { log, read } = reader({ useIpFromLabel: "ip" }, { Config: { Labels: { ip: "web.local" } } });
    await read();
    await read();
    assert.deepEqual(log.lines.map(({ fields }) => fields), [{ container: "web", error: 'Label "ip" holds no address: "web.local"' }]);
  });

  test("has the tags of all, and with compat in the order of Registrator", async () => {
    assert.deepEqual((await reader({ tags: "a, b\\,c" }).read())?.addedTags, ["a", "b,c"]);
    assert.deepEqual((await reader({ tags: "a,b\\,c", registratorCompat: true }).read())?.addedTags, ["b,c", "a"]);
  });

  test("has the tags that a template makes of all that the engine says", async () => {
    const { read } = reader({ tags: async (answer) => ({ text: `x,${(answer as { Name: string }).Name}`, problems: [] }) });
    assert.deepEqual((await read())?.addedTags, ["x", "/web"]);
  });

  test("is there without the tags that cannot be made, and says so once", async () => {
    const tags = () => Promise.reject(new AppError("TEMPLATE_FAILED", "template: tags: it is wrong"));
    const { log, read } = reader({ tags });
    assert.deepEqual([(await read())?.addedTags, (await read())?.addedTags], [[], []]);
    assert.deepEqual(log.lines.map(({ fields }) => fields), [{ container: "web", error: "Cannot make its tags: template: tags: it is wrong" }]);
  });

  test("is not there when the engine knows none, and makes no tags when it does not run", async () => {
    const none = () => assert.fail("a template was executed");
    assert.equal(await new ContainerReader({ tags: none, registratorCompat: false }, memoryLog()).read("1", { inspect: async () => undefined }, AbortSignal.timeout(5_000)), undefined);
    assert.deepEqual((await reader({ tags: none }, { State: {} }).read())?.addedTags, []);
  });
});
