import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { eventually } from "../support/eventually.ts";
import { freePort, runProgram, stopProcess } from "../support/process.ts";
import { startRedis } from "../support/redis.ts";
import { project } from "../support/remora.ts";
import { requireProgram } from "../support/requires.ts";
import { HOSTILE, type Registered, renderServices, TEMPLATES } from "./rendering.ts";

const FOLDER = `${TEMPLATES}redis-sentinel/`;
const masters = (services: Readonly<Record<string, readonly Registered[]>>, keys: Readonly<Record<string, string>> = {}) =>
  renderServices("redis-sentinel/sentinel-masters.njk", services, keys).split("\n").filter((line) => line !== "" && !line.startsWith("#"));

describe("templates/redis-sentinel", () => {
  test("a service whose instance has the tag is a master, at that instance first", () => {
    const cache = [{ id: "a", address: "10.0.0.5", port: 6379 }, { id: "b", address: "2001:db8::1", port: 6380, tags: ["redis-master"] }];

    assert.deepEqual(masters({ cache, web: [{ id: "w", address: "10.0.0.9", port: 80 }] }), ["cache 2 2001:db8::1 6380 10.0.0.5 6379"]);
    assert.deepEqual(masters({ cache }, { "/sentinel/quorum": "3" }), ["cache 3 2001:db8::1 6380 10.0.0.5 6379"]);
  });

  test("hostile values are left out and stop nobody else", () => {
    const good = { id: "good", address: "10.0.0.5", port: 6379, tags: ["redis-master"] };
    const evil = HOSTILE.filter((value) => value !== "10.0.0.9").map((value, n): Registered => ({ id: `${n}`, address: value, port: 6379, tags: ["redis-master", value] }));
    const names = Object.fromEntries(HOSTILE.filter((value) => value !== "").map((value) => [`a ${value}`, [good]]));

    for (const value of HOSTILE) assert.deepEqual(masters({ ...names, cache: [good, ...evil] }, { "/sentinel/quorum": value }), ["cache 2 10.0.0.5 6379"]);
  });

  test("Sentinel monitors what is registered, follows what moved, and forgets what went; a wrong list is refused and changes nothing", async () => {
    await using first = await startRedis();
    await using second = await startRedis();
    const port = await freePort();
    const unit = readFileSync(`${FOLDER}redis-sentinel.toml`, "utf8").replace("/etc/redis", "$DIR").replace("26379", `${port}`);
    const template = readFileSync(`${FOLDER}sentinel-masters.njk`, "utf8");
    await using app = await project({ "conf.d/app.toml": "", "templates/app.njk": "", "conf.d/redis-sentinel.toml": unit, "templates/sentinel-masters.njk": template, "remora.toml": 'backend = "file"\nbackends.file.path = "data.json"\n' });
    const register = (services: Readonly<Record<string, number>>) =>
      app.write("data.json", JSON.stringify({ other: 1, services: Object.fromEntries(Object.entries(services).map(([name, at]) => [name, { one: JSON.stringify({ id: "one", address: "127.0.0.1", port: at, tags: ["redis-master"] }) }])) }));
    const render = async (wanted: number) => {
      const { code, stderr } = await app.remora(["render"]);
      assert.equal(code, wanted, stderr);
    };
    const ask = async (...words: [string, ...string[]]) => (await runProgram([requireProgram("redis-cli"), "-p", `${port}`, ...words])).stdout.trim();
    const monitored = (name: string) => ask("sentinel", "get-master-addr-by-name", name);

    await register({ cache: first.port, queue: first.port });
    await render(0);
    const sentinel = spawn(requireProgram("redis-server"), [await app.write("sentinel.conf", `port ${port}\ndir $DIR\n`), "--sentinel"], { stdio: "ignore" });
    try {
      await eventually(async () => assert.equal(await ask("ping"), "PONG"), { within: 10_000 });
      await register({ cache: second.port, queue: first.port, third: first.port });
      await render(0);
      assert.deepEqual([await monitored("cache"), await monitored("third")], [`127.0.0.1\n${second.port}`, `127.0.0.1\n${first.port}`]);
      await register({ cache: first.port, queue: first.port });
      await render(0);
      assert.deepEqual([await monitored("cache"), await monitored("third")], [`127.0.0.1\n${first.port}`, ""]);

      const list = await app.read("sentinel-masters");
      await app.write("templates/sentinel-masters.njk", `${template}evil\n`);
      await render(5);
      assert.equal(await app.read("sentinel-masters"), list);
      assert.equal(await monitored("cache"), `127.0.0.1\n${first.port}`);
    } finally {
      await stopProcess(sentinel);
    }
  });
});
