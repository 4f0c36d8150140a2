import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createServer as createTlsServer } from "node:https";
import { test } from "node:test";
import { runProbe } from "../../../src/registrar/checks/run-probe.ts";
import { isRunning } from "../../process/support.ts";
import { eventually } from "../../support/eventually.ts";
import { manualClock } from "../../support/manual-clock.ts";
import { freePort } from "../../support/process.ts";
import { tempDir } from "../../support/temp.ts";
import { makeAuthority } from "../../support/tls.ts";
import { checkOf, httpServer, listening, probeContext, runOnce, shell, silentServer } from "./support.ts";

test("A command passes with 0, warns with 1 and is critical with all else", async () => {
  assert.deepEqual(await runOnce(shell("echo fine")), { health: "passing", description: "done", output: "fine" });
  assert.deepEqual(await runOnce(shell("echo 85% full; exit 1")), { health: "warning", description: "exit status 1", output: "85% full" });
  assert.deepEqual(await runOnce(shell("echo gone >&2; exit 2")), { health: "critical", description: "exit status 2", output: "gone" });
  assert.equal((await runOnce(shell("kill -9 $$"))).health, "critical");
  assert.deepEqual(await runOnce({ kind: "command", command: { kind: "argv", argv: ["no-such-program"] } }), { health: "critical", description: 'program "no-such-program" not found', output: "" });
});

test("A command knows which check it is", async () => {
  assert.equal((await runOnce(shell("echo $REMORA_CHECK"), { name: "disk" })).output, "disk");
});

test("A command that hangs is killed with all that it started, and critical", async () => {
  await using dir = await tempDir();
  const clock = manualClock();
  const result = runOnce(shell(`sleep 600 & echo $! > ${dir.join("new")}; mv ${dir.join("new")} ${dir.join("pid")}; wait`), { timeout: 5_000 }, probeContext(clock));
  const pid = await eventually(async () => Number(await readFile(dir.join("pid"), "utf8")));
  await clock.advance(5_000);
  assert.deepEqual(await result, { health: "critical", description: "timed out after 5s", output: "" });
  await eventually(async () => assert.equal(await isRunning(pid), false));
});

test("An HTTP status from 200 to 399 passes, unless others are expected", async () => {
  await using server = await httpServer((request, response) => response.writeHead(Number(request.url?.slice(1)), { location: "/500" }).end());
  const status = (code: number, expected?: readonly number[]) => runOnce({ kind: "http", url: `http://127.0.0.1:${server.port}/${code}`, status: expected });
  for (const code of [200, 204, 302, 399]) assert.deepEqual(await status(code), { health: "passing", description: `HTTP status ${code}` });
  for (const code of [400, 404, 429, 503]) assert.deepEqual(await status(code), { health: "critical", description: `HTTP status ${code}` });
  assert.equal((await status(401, [401, 403])).health, "passing");
  assert.equal((await status(200, [401, 403])).health, "critical");
});

test("An HTTP check can ask in its own way and look into the body", async () => {
  await using server = await httpServer((request, response) => response.end(`${request.method} ${request.headers["x-key"]} "status":"green"`));
  const probe = { kind: "http", url: `http://127.0.0.1:${server.port}/`, method: "POST", headers: { "X-Key": "k1" } } as const;
  assert.equal((await runOnce({ ...probe, body: /^POST k1 .*"green"/g })).health, "passing");
  assert.deepEqual(await runOnce({ ...probe, body: /"red"/ }), { health: "critical", description: 'HTTP status 200, and the body does not match /"red"/' });
});

test("A body without end is read no further than needed, and its connection is closed", async () => {
  await using server = await httpServer((_request, response) => {
    const more = () => void (response.destroyed || (response.write("x".repeat(65_536)) ? setImmediate(more) : response.once("drain", more)));
    more();
  });
  const probe = { kind: "http", url: `http://127.0.0.1:${server.port}/` } as const;
  assert.equal((await runOnce(probe)).health, "passing");
  assert.equal((await runOnce({ ...probe, body: /y/ })).health, "critical");
  await eventually(() => assert.equal(server.open.size, 0));
});

test("A TCP check passes when somebody takes the connection, and is critical when nobody does", async () => {
  await using server = await silentServer();
  assert.deepEqual(await runOnce({ kind: "tcp", host: "127.0.0.1", port: server.port }), { health: "passing", description: "connected" });
  const port = await freePort();
  assert.deepEqual(await runOnce({ kind: "tcp", host: "127.0.0.1", port }), { health: "critical", description: `connect ECONNREFUSED 127.0.0.1:${port}` });
  // A name that stands for several addresses fails with one error for each.
  assert.match((await runOnce({ kind: "tcp", host: "localhost", port })).description, /ECONNREFUSED/);
  await eventually(() => assert.equal(server.open.size, 0));
});

test("A server that takes the connection and says nothing is critical in time, and hung up on", async () => {
  await using server = await silentServer();
  const clock = manualClock();
  const result = runOnce({ kind: "http", url: `http://127.0.0.1:${server.port}/` }, { timeout: 3_000 }, probeContext(clock));
  await eventually(() => assert.equal(server.open.size, 1));
  await clock.advance(3_000);
  assert.deepEqual(await result, { health: "critical", description: "timed out after 3s" });
  await eventually(() => assert.equal(server.open.size, 0));
});

test("Certificates are looked at: who signed it, for which name, and who asks", async () => {
  await using authority = await makeAuthority();
  const { certFile, keyFile } = await authority.issue("app", ["DNS:app.example"]);
  const [cert, key, ca] = await Promise.all([certFile, keyFile, authority.caFile].map((file) => readFile(file)));
  await using server = await listening(createTlsServer({ cert, key, ca, requestCert: true, rejectUnauthorized: true }, (_request, response) => response.end()));
  const probe = { kind: "http", url: `https://127.0.0.1:${server.port}/` } as const;
  const whole = { caFile: authority.caFile, certFile, keyFile, serverName: "app.example" };
  assert.equal((await runOnce({ ...probe, tls: whole })).health, "passing");
  assert.equal((await runOnce({ ...probe, tls: { certFile, keyFile, verify: false } })).health, "passing");
  assert.match((await runOnce({ ...probe, tls: { ...whole, caFile: undefined } })).description, /unable to verify|self.signed|issuer/);
  assert.match((await runOnce({ ...probe, tls: { ...whole, serverName: undefined } })).description, /does not match/);
  assert.equal((await runOnce({ ...probe, tls: { caFile: authority.caFile, serverName: "app.example" } })).health, "critical");
  assert.deepEqual(await runOnce({ ...probe, tls: { ...whole, caFile: "/no/such/ca.pem" } }), { health: "critical", description: 'there is no file "/no/such/ca.pem"' });
});

test("An abort ends a check at once, of whatever kind, with the signal's reason", async () => {
  await using server = await silentServer();
  for (const probe of [{ kind: "http", url: `http://127.0.0.1:${server.port}/` } as const, shell("sleep 600")]) {
    const stop = new AbortController();
    const result = runProbe(checkOf(probe), probeContext(), stop.signal);
    if (probe.kind === "http") await eventually(() => assert.equal(server.open.size, 1));
    stop.abort(new Error("enough"));
    await assert.rejects(result, /enough/);
  }
});
