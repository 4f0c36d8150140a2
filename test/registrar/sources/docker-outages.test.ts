import assert from "node:assert/strict";
import { chmod } from "node:fs/promises";
import { connect, createServer, type Server, type Socket } from "node:net";
import { dirname, join } from "node:path";
import { describe, test } from "node:test";
import type { Fields } from "../../../src/core/ports.ts";
import { startDocker } from "../../support/docker.ts";
import { type Following, following, hurried } from "../../support/docker-source.ts";
import { eventually } from "../../support/eventually.ts";

const PUBLISHED = { HostConfig: { PublishAllPorts: true } };
const ALWAYS = { HostConfig: { PublishAllPorts: true, RestartPolicy: { Name: "always" } } };

describe("the Docker source and its engine", () => {
  test("waits for an engine that is not there, says why, and follows it as it comes", async () => {
    await using engine = await startDocker();
    await engine.stop();
    await using source = following(engine.host);
    await eventually(() => assert.match(String(complaint(source)?.["error"]), /there is no such socket|nothing listens there/));
    assert.deepEqual(source.lists, []);
    await engine.start();
    await eventually(() => assert.deepEqual(source.lists, [[]]), { within: 2_000 });
    assert.equal(source.log.lines.filter(({ message }) => message === AWAY).length, 1);
  });

  test("an engine that is restarted is followed anew, with what it started again and without what it did not", async () => {
    await using engine = await startDocker();
    await engine.run("again", ALWAYS);
    await engine.run("once", PUBLISHED);
    await using source = following(engine.host);
    await eventually(() => assert.deepEqual(source.ids, ["host:again:80", "host:once:80"]));
    await engine.stop();
    await engine.start();
    await eventually(() => assert.deepEqual(source.ids, ["host:again:80"]), { within: 10_000 });
    await engine.run("new", PUBLISHED);
    await eventually(() => assert.deepEqual(source.ids, ["host:again:80", "host:new:80"]));
  });

  test("what runs on while the engine is away stays, and what died then, which no event tells, goes", async () => {
    await using engine = await startDocker({ flags: ["--live-restore"] });
    await engine.run("stays", PUBLISHED);
    const dies = await engine.run("dies", PUBLISHED);
    await using source = following(engine.host);
    await eventually(() => assert.equal(source.now.length, 2));
    const { State } = (await engine.call("GET", `/containers/${dies}/json`)) as { State: { Pid: number } };
    await engine.stop("KILL");
    await engine.inside("sh", "-c", `kill -9 ${State.Pid}`);
    await eventually(() => assert.match(JSON.stringify(source.log.lines), /Cannot follow the Docker engine/));
    assert.equal(source.now.length, 2);
    await engine.start();
    await eventually(() => assert.deepEqual(source.ids, ["host:stays:80"]), { within: 5_000 });
  });

  test("a socket that may not be opened is said to be so, with what to do, and followed once it may", async () => {
    await using engine = await startDocker();
    await engine.run("web", PUBLISHED);
    await chmod(dirname(engine.socketPath), 0o755);
    await chmod(engine.socketPath, 0o600);
    process.seteuid?.(NOBODY);
    try {
      await using source = following(engine.host);
      await eventually(() => assert.match(String(complaint(source)?.["error"]), /the socket may not be opened by this user/));
      assert.match(String(complaint(source)?.["hint"]), /group that owns/);
      process.seteuid?.(0);
      await eventually(() => assert.deepEqual(source.ids, ["host:web:80"]));
    } finally {
      process.seteuid?.(0);
    }
  });

  test("an event stream that went deaf is noticed by the list, and opened anew", async () => {
    await using engine = await startDocker();
    await using between = await socketProxy(engine.socketPath);
    // Nothing but the silence makes it look.
    await using source = following(`unix://${between.path}`, { interval: 0 }, hurried(10));
    await eventually(() => assert.equal(source.lists.length, 1));
    between.deafen();
    await engine.run("unheard", PUBLISHED);
    await eventually(() => assert.deepEqual(source.ids, ["host:unheard:80"]), { within: 20_000 });
    await engine.run("heard", PUBLISHED);
    await eventually(() => assert.deepEqual(source.ids, ["host:heard:80", "host:unheard:80"]), { within: 10_000 });
  });

  test("an engine that hangs is noticed, its containers stay, and what happened meanwhile is known when it goes on", async () => {
    await using engine = await startDocker();
    await engine.run("stays", PUBLISHED);
    await engine.run("goes", PUBLISHED);
    await using source = following(engine.host, {}, hurried(10));
    await eventually(() => assert.equal(source.now.length, 2));
    await engine.freeze();
    await eventually(() => assert.match(String(complaint(source)?.["error"]), /no whole answer within/), { within: 10_000 });
    assert.equal(source.now.length, 2);
    const removed = engine.call("DELETE", "/containers/goes?force=1");
    await engine.thaw();
    await removed;
    await eventually(() => assert.deepEqual(source.ids, ["host:stays:80"]));
  });

  test("certificates that are not there are said to be missing", async () => {
    await using source = following("tcp://localhost:1", { certPath: "/nonexistent" });
    await eventually(() => assert.match(String(complaint(source)?.["error"]), /"\/nonexistent\/\w+\.pem": there is no such file/));
  });

  test("one container that cannot be inspected hides no other, and is there once it can", async () => {
    await using engine = await startDocker();
    await engine.run("good", PUBLISHED);
    const bad = await engine.run("bad", PUBLISHED);
    await using between = await socketProxy(engine.socketPath);
    between.breakRequests(`/containers/${bad}/json`);
    await using source = following(`unix://${between.path}`);
    await eventually(() => assert.deepEqual(source.ids, ["host:good:80"]));
    await engine.run("later", PUBLISHED);
    await eventually(() => assert.deepEqual(source.ids, ["host:good:80", "host:later:80"]));
    between.breakRequests(undefined);
    await eventually(() => assert.deepEqual(source.ids, ["host:bad:80", "host:good:80", "host:later:80"]), { within: 10_000 });
  });
});

const NOBODY = 65_534;
const AWAY = "Cannot follow the Docker engine, its containers stay as they were";

function complaint(source: Following): Fields | undefined {
  return source.log.lines.find(({ message }) => message === AWAY)?.fields;
}

/** A proxy of a Unix socket whose connections can be made to carry nothing, and which cuts those that ask for something. */
async function socketProxy(target: string): Promise<{ readonly path: string; deafen(): void; breakRequests(path: string | undefined): void } & AsyncDisposable> {
  const pairs = new Set<{ client: Socket; server: Socket; deaf: boolean }>();
  let broken: string | undefined;
  const server: Server = createServer((client) => {
    const pair = { client, server: connect(target), deaf: false };
    pairs.add(pair);
    client.on("data", (chunk) => (broken !== undefined && String(chunk).includes(broken) ? client.destroy() : void pair.server.write(chunk)));
    pair.server.on("data", (chunk) => void (pair.deaf || client.write(chunk)));
    for (const [one, other] of [[client, pair.server], [pair.server, client]] as const) {
      one.on("error", () => {});
      one.on("close", () => {
        pairs.delete(pair);
        other.destroy();
      });
    }
  });
  const path = join(dirname(target), "proxy.sock");
  await new Promise<void>((resolve) => server.listen(path, resolve));
  return {
    path,
    deafen() {
      for (const pair of pairs) pair.deaf = true;
    },
    breakRequests: (part) => void (broken = part),
    async [Symbol.asyncDispose]() {
      for (const { client } of pairs) client.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
