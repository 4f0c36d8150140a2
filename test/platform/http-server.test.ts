import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { stat, symlink, writeFile } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { test } from "node:test";
import type { HttpHandler } from "../../src/core/http.ts";
import { serveHttp } from "../../src/platform/http-server.ts";
import { eventually } from "../support/eventually.ts";
import { ask } from "../support/status.ts";
import { tempDir } from "../support/temp.ts";

const handle: HttpHandler = async ({ path }) => ({ status: 200, headers: { "content-type": "text/plain" }, body: path });
const refusedWith = (message: RegExp) => (error: unknown) => message.test((error as Error).message) && (error as { code: string }).code === "STATUS_LISTEN";

test("A socket is its owner's alone, and is gone when the server is", async () => {
  await using directory = await tempDir();
  const path = directory.join("a.sock");
  {
    await using _ = await serveHttp({ kind: "unix", path }, handle);
    assert.equal((await stat(path)).mode & 0o777, 0o600);
    assert.equal((await ask(path, "/x?y")).body, "/x");
  }
  await assert.rejects(stat(path), { code: "ENOENT" });
});

test("The socket of a process that was killed is replaced", async () => {
  await using directory = await tempDir();
  const path = directory.join("a.sock");
  const child = spawn(process.execPath, ["-e", `require("net").createServer().listen(${JSON.stringify(path)}, () => console.log("listens"))`], { stdio: ["ignore", "pipe", "inherit"] });
  await once(child.stdout, "data");
  child.kill("SIGKILL");
  await once(child, "exit");
  assert.ok((await stat(path)).isSocket(), "it was left behind");
  await using _ = await serveHttp({ kind: "unix", path }, handle);
  assert.equal((await ask(path, "/x")).status, 200);
});

test("A socket at which somebody listens is left alone", async () => {
  await using directory = await tempDir();
  const path = directory.join("a.sock");
  await using first = await serveHttp({ kind: "unix", path }, async () => ({ status: 200, headers: {}, body: "first" }));
  await assert.rejects(serveHttp({ kind: "unix", path }, handle), refusedWith(/another process listens there, perhaps another Remora/));
  assert.equal((await ask(path, "/")).body, "first");
  assert.equal(first.address.kind, "unix");
});

test("What is there and no socket is left alone", async () => {
  await using directory = await tempDir();
  const file = directory.join("file");
  await writeFile(file, "kept");
  await symlink(file, directory.join("link"));
  for (const path of [file, directory.join("link")]) await assert.rejects(serveHttp({ kind: "unix", path }, handle), refusedWith(/there is a file that is no socket/));
});

test("A path that is too long for a socket is refused with how long it may be", async () => {
  const path = `/tmp/${"x".repeat(103)}`;
  await assert.rejects(serveHttp({ kind: "unix", path }, handle), refusedWith(/at most 107 bytes, and this one has 108$/));
});

test("A port that is taken and a directory that is not there are refused with the reason", async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
  const { port } = other.address() as { port: number };
  await assert.rejects(serveHttp({ kind: "tcp", host: "127.0.0.1", port }, handle), refusedWith(/Cannot tell the status at "127\.0\.0\.1:\d+": another process listens there/));
  await new Promise((resolve) => other.close(resolve));
  await assert.rejects(serveHttp({ kind: "unix", path: "/nowhere/at/all.sock" }, handle), refusedWith(/Cannot tell the status at "unix:\/nowhere\/at\/all\.sock"/));
});

test("A body that comes in parts ends when whoever asked goes away, and when the server closes", async () => {
  await using directory = await tempDir();
  const path = directory.join("a.sock");
  let open = 0;
  const endless: HttpHandler = async ({ signal }) => ({
    status: 200,
    headers: { "content-type": "text/plain" },
    body: (async function* () {
      open += 1;
      try {
        yield "begun\n";
        await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
      } finally {
        open -= 1;
      }
    })(),
  });
  const listener = await serveHttp({ kind: "unix", path }, endless);
  const follow = () => {
    const socket = connect(path);
    socket.on("error", () => {});
    socket.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    return socket;
  };
  const [first, second] = [follow(), follow()];
  await eventually(() => assert.equal(open, 2));
  first.destroy();
  await eventually(() => assert.equal(open, 1));
  await listener[Symbol.asyncDispose]();
  await eventually(() => assert.equal(open, 0));
  second.destroy();
});

test("Rubbish instead of HTTP ends that connection alone", async () => {
  await using directory = await tempDir();
  const path = directory.join("a.sock");
  await using _ = await serveHttp({ kind: "unix", path }, handle);
  const socket = connect(path);
  socket.on("error", () => {});
  socket.resume();
  socket.write("\u0000\u0001 rubbish\r\n\r\n");
  await once(socket, "close");
  assert.equal((await ask(path, "/x")).status, 200);
});

test("Who does not read is not sent ever more, and gets no memory for it", async () => {
  await using directory = await tempDir();
  const path = directory.join("a.sock");
  const part = "x".repeat(65_536);
  let made = 0;
  const flood: HttpHandler = async () => ({
    status: 200,
    headers: { "content-type": "text/plain" },
    body: (async function* () {
      for (; made < 1_000; made += 1) {
        yield part;
        await new Promise((resolve) => setImmediate(resolve));
      }
    })(),
  });
  await using _ = await serveHttp({ kind: "unix", path }, flood);
  const socket = connect(path);
  socket.on("error", () => {});
  socket.pause();
  socket.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  await eventually(() => assert.ok(made > 0));
  let before = -1;
  await eventually(() => {
    const settled = made === before;
    before = made;
    assert.ok(settled);
  }, { every: 100 });
  assert.ok(made < 100, `${made} parts were made`);
  socket.destroy();
});

test("At most 128 connections are held; those beyond are closed", async () => {
  await using directory = await tempDir();
  const path = directory.join("a.sock");
  await using _ = await serveHttp({ kind: "unix", path }, handle);
  let closed = 0;
  const sockets = Array.from({ length: 140 }, () => connect(path).on("error", () => {}).on("close", () => (closed += 1)).resume());
  await eventually(() => assert.equal(closed, 12));
  for (const socket of sockets) socket.destroy();
  await eventually(async () => assert.equal((await ask(path, "/x")).status, 200));
});

test("A listener hangs up on those who are there, and takes others", async () => {
  await using directory = await tempDir();
  const path = directory.join("a.sock");
  await using listener = await serveHttp({ kind: "unix", path }, handle);
  const socket = connect(path).resume();
  socket.on("error", () => {});
  await once(socket, "connect");
  await ask(path, "/x");
  listener.hangUp();
  await once(socket, "close");
  assert.equal((await ask(path, "/x")).status, 200);
});
