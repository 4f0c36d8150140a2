import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { freePort } from "../support/process.ts";
import { project, startRemora } from "../support/remora.ts";
import { ask, statusWhen } from "../support/status.ts";

describe("[status] listen", () => {
  test("Takes connections over TCP where that is said, and over a socket beside it", async () => {
    await using app = await project();
    const port = await freePort();
    await app.write("remora.toml", `[status]\nlisten = ["127.0.0.1:${port}", "unix:$DIR/own.sock"]\n`);
    await using running = await app.start();
    for (const place of [port, app.directory.join("own.sock")]) await statusWhen(place, ({ ready }) => assert.ok(ready));
    assert.equal((await ask(port, "/status", { headers: { host: "evil.example" } })).status, 421);
    assert.deepEqual(running.lines.filter(({ msg }) => msg === "Telling the status").map(({ at }) => at), [`127.0.0.1:${port}`, `unix:${app.directory.join("own.sock")}`]);
    assert.equal((await app.remora(["status", "--ready"])).code, 0);
  });

  test("Refuses to be reached from other machines without a token, with file and line", async () => {
    await using app = await project();
    await app.write("remora.toml", '[status]\nlisten = "0.0.0.0:9110"\n');
    const { code, stderr } = await app.remora(["run"]);
    assert.equal(code, 2);
    assert.match(stderr, /remora\.toml:2:.*"0\.0\.0\.0:9110" can be reached from other machines, and there is no status\.token_file/);
    for (const listen of ["[::]:9110", "remora.example:9110", "10.0.0.1:9110"]) assert.equal((await app.remora(["run", "--status-listen", listen])).code, 2, listen);
  });

  test("Answers from other machines those alone who have the token, and remora status is one of them", async () => {
    await using app = await project();
    const port = await freePort();
    await app.write("token", "a-token-of-the-test\n");
    const flags = ["--status-listen", `0.0.0.0:${port}`, "--status-token-file", app.directory.join("token")];
    await using running = await app.start(flags);
    await running.waitForLog("Reloaded");
    assert.deepEqual(await Promise.all(["/live", "/ready", "/status", "/metrics", "/events", "/diffs"].map(async (path) => (await ask(port, path)).status)), [401, 401, 401, 401, 401, 401]);
    assert.equal((await ask(port, "/live", { headers: { authorization: "Bearer a-token-of-the-test", host: "remora.example" } })).status, 200);
    assert.equal((await app.remora(["status", "--ready", ...flags])).code, 0);
    await app.write("token", "another-token\n");
    assert.equal((await ask(port, "/live", { headers: { authorization: "Bearer a-token-of-the-test" } })).status, 401, "a token that is replaced counts at once");
  });

  test("A token that cannot be read is refused at the start", async () => {
    await using app = await project();
    for (const [name, text] of [["missing", undefined], ["empty", "\n"], ["odd", "two words\n"]] as const) {
      if (text !== undefined) await app.write(name, text);
      const { code, stderr } = await app.remora(["run", "--status-listen", "127.0.0.1:0", "--status-token-file", app.directory.join(name)]);
      assert.equal(code, 2);
      assert.match(stderr, /Cannot read the token of \[status\] from ".*": (there is no such file|it is empty|it holds more than a token)/);
    }
  });

  test("A socket that was asked for and cannot be had is an error; the one of the state directory is a warning", async () => {
    await using app = await project();
    await using first = await app.start(["--status-listen", `unix:${app.directory.join("own.sock")}`]);
    await first.waitForLog("Reloaded");
    const other = ["--state-dir", app.directory.join("other")];
    const { code, stderr } = await app.remora(["run", ...other, "--status-listen", `unix:${app.directory.join("own.sock")}`]);
    assert.equal(code, 2);
    assert.match(stderr, /Cannot tell the status at "unix:.*own\.sock": another process listens there, perhaps another Remora\n.*hint:/);
    assert.equal((await ask(app.directory.join("own.sock"), "/ready")).status, 200, "the first one goes on");
    const long = app.directory.join("x".repeat(100));
    await using running = await app.start(["--state-dir", long]);
    const warning = await running.waitForLog("The status is not told, going on without");
    assert.match(String(warning["error"]), /the path of a socket has at most 107 bytes/);
    await running.waitForLog("Started");
  });

  test("A socket that a killed Remora left is taken over", async () => {
    await using app = await project();
    const socket = app.directory.join("state/remora.sock");
    const killed = await app.start();
    await statusWhen(socket, ({ ready }) => assert.ok(ready));
    await killed.stop("SIGKILL");
    await using _ = await app.start();
    await statusWhen(socket, ({ ready }) => assert.ok(ready));
  });

  test("Off is off", async () => {
    await using app = await project();
    await using running = await app.start(["--status-listen", "off"]);
    await running.waitForLog("Reloaded");
    await assert.rejects(ask(app.directory.join("state/remora.sock"), "/live"), { code: "ENOENT" });
    assert.match((await app.remora(["status", "--status-listen", "off"])).stderr, /\[status\] listen is off/);
  });

  test("Nonsense is refused with how to write it", async () => {
    await using app = await project();
    for (const listen of ["remora.sock", "unix:remora.sock", "127.0.0.1", "127.0.0.1:99999", "::1:80"]) {
      const { code, stderr } = await app.remora(["render", "--status-listen", listen]);
      assert.equal(code, 2, listen);
      assert.match(stderr, /is not an address to listen at.*\n.*hint: Write "unix:\/run\/remora\.sock"/);
    }
  });
});

test("remora register does not take the place of remora run, and the other way about", async () => {
  await using app = await project();
  await using run = await app.start();
  const flags = ["register", ...app.flags, "--backend", "etcd", "--etcd-endpoints", "http://127.0.0.1:1", "--name", "web", "--port", "80", "--address", "static:10.0.0.1"];
  await using _ = await startRemora(flags);
  const socket = app.directory.join("state/register.sock");
  const { registries, not_ready, remora } = await statusWhen(socket, ({ registries: [registry] }) => assert.equal(registry?.state, "down"));
  assert.equal(remora.command, "register");
  assert.match(registries[0]?.error?.message ?? "", /etcd/);
  assert.match(not_ready[0] ?? "", /^Registry "etcd" is away: /);
  assert.match((await app.remora(["status", "--status-listen", `unix:${socket}`])).stdout, /^etcd +down /m);
  await run.waitForLog("Reloaded");
  assert.equal((await app.remora(["status", "--ready"])).code, 0, "the one that runs is asked first");
  assert.equal((await ask(socket, "/reload", { method: "POST" })).status, 409);
});
