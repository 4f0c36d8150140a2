import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { CHANGES, confdir, KEYS, nested, OUTPUTS, OUTPUTS_CHANGED, targets } from "../support/confdir.ts";
import { startConsul } from "../support/consul.ts";
import { startEtcd } from "../support/etcd.ts";
import { eventually } from "../support/eventually.ts";
import { startRedis } from "../support/redis.ts";
import { remora, startRemora } from "../support/remora.ts";
import { tempDir } from "../support/temp.ts";
import { zookeeperPen } from "../support/zookeeper-backend.ts";
import { startZookeeper } from "../support/zookeeper.ts";

/** Where the keys of the confdir are, and how confd is told of it. */
interface Keys extends AsyncDisposable {
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Makes the changes; without, nobody can while confd runs. */
  change?(): Promise<void>;
}

type Pairs = Readonly<Record<string, string>>;

const PUT = Object.entries(CHANGES).flatMap(([key, value]) => (value === null ? [] : [[key, value] as const]));
const TAKEN = Object.entries(CHANGES).flatMap(([key, value]) => (value === null ? [key] : []));
const LIMIT = { within: 20_000 };

describe("confd's command line renders twenty resources to the bytes that Go gives, once and following", () => {
  const STORES: Readonly<Record<string, () => Promise<Keys>>> = { etcd, consul, redis, zookeeper, file, env };
  for (const [name, open] of Object.entries(STORES)) {
    test(`from ${name}`, async () => {
      await using keys = await open();
      await using app = await confdir();
      const env = { REMORA_STATE_DIR: app.directory.join("state"), ...keys.env };
      const once = await remora(["confd", name, "--onetime", ...keys.args, "--confdir", app.directory.path], { env });
      assert.equal(once.code, 0, once.stderr);
      assert.deepEqual(await targets(app), OUTPUTS);

      await app.write("out/hosts", "by hand\n");
      await using running = await startRemora(["confd", "-backend", name, "-watch", ...keys.args, "-confdir", app.directory.path, "-log-format", "json"], { env });
      await eventually(async () => assert.deepEqual(await targets(app), OUTPUTS), LIMIT);
      await keys.change?.();
      if (keys.change) await eventually(async () => assert.deepEqual(await targets(app), OUTPUTS_CHANGED), LIMIT);
      assert.equal(await running.stop(), 0);
    });
  }
});

async function etcd(): Promise<Keys> {
  const server = await startEtcd();
  await server.putTogether(KEYS);
  const change = async () => {
    await server.putTogether(Object.fromEntries(PUT));
    for (const key of TAKEN) await server.delete(key);
  };
  return { args: ["-node", server.url], change, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

async function consul(): Promise<Keys> {
  const server = await startConsul();
  await each(Object.entries(KEYS), ([key, value]) => server.put(key, value));
  const change = async () => {
    await each(PUT, ([key, value]) => server.put(key, value));
    await each(TAKEN, (key) => server.delete(key));
  };
  return { args: ["-node", `127.0.0.1:${server.port}`], change, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

async function redis(): Promise<Keys> {
  const server = await startRedis();
  await server.client.mset(KEYS);
  const change = async () => void (await server.client.multi().mset(Object.fromEntries(PUT)).del(TAKEN).exec());
  return { args: ["-node", `127.0.0.1:${server.port}`], change, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

async function zookeeper(): Promise<Keys> {
  const server = await startZookeeper();
  const pen = await zookeeperPen(server.server);
  await each(Object.entries(KEYS), ([key, value]) => pen.put(key, value));
  const change = async () => {
    await each(PUT, ([key, value]) => pen.put(key, value));
    await each(TAKEN, (key) => pen.delete(key));
    // A node without children is a key here, which it is nowhere else.
    await pen.delete("/production/sites/blog");
  };
  const close = async () => {
    pen[Symbol.dispose]();
    await server[Symbol.asyncDispose]();
  };
  return { args: ["-node", server.server], change, [Symbol.asyncDispose]: close };
}

async function file(): Promise<Keys> {
  const directory = await tempDir();
  const write = (pairs: Pairs) => directory.write("data.json", JSON.stringify(nested(pairs)));
  const changed = Object.entries({ ...KEYS, ...CHANGES }).filter((pair): pair is [string, string] => pair[1] !== null);
  return { args: ["-file", await write(KEYS)], change: async () => void (await write(Object.fromEntries(changed))), [Symbol.asyncDispose]: () => directory[Symbol.asyncDispose]() };
}

async function env(): Promise<Keys> {
  const variables = Object.entries(KEYS).map(([key, value]) => [key.slice(1).replaceAll("/", "_").toUpperCase(), value]);
  return { args: [], env: Object.fromEntries(variables) as Pairs, async [Symbol.asyncDispose]() {} };
}

/** One after the other, as somebody who types would. */
async function each<T>(items: readonly T[], act: (item: T) => Promise<void>): Promise<void> {
  for (const item of items) await act(item);
}
