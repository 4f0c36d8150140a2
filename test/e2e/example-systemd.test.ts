import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import type { AddressInfo } from "node:net";
import { describe, test } from "node:test";
import { startEtcd } from "../support/etcd.ts";
import { runProgram } from "../support/process.ts";
import { project } from "../support/remora.ts";
import { requireProgram } from "../support/requires.ts";

const EXAMPLE = new URL("../../examples/systemd/", import.meta.url).pathname;
/** Verifies units on a machine of its own, where the programs that they name are installed. */
const VERIFY = 'mount -t tmpfs tmpfs /usr/local/bin && for name in remora web; do cp /bin/true /usr/local/bin/$name; done && exec systemd-analyze verify --man=no "$@"';

describe("The units of examples/systemd", () => {
  test("systemd-analyze verify finds nothing to say about them", async () => {
    requireProgram("systemd-analyze");
    const verify = (...files: readonly string[]) => runProgram(["unshare", "--mount", "sh", "-c", VERIFY, "sh", ...files]);
    const { code, stdout, stderr } = await verify(...["remora", "remora-register", "web"].map((name) => `${EXAMPLE}${name}.service`));
    assert.deepEqual({ code, said: stdout + stderr }, { code: 0, said: "" });
  });

  test("remora.service tells when it is ready, is watched, and is reloaded by the signal that takes up a new configuration", () => {
    const unit = settingsOf("remora.service");
    const told = Object.fromEntries(["Type", "ExecStart", "ExecReload", "TimeoutStartSec"].map((name) => [name, unit.get(name)]));
    assert.deepEqual(told, { Type: "notify", ExecStart: "/usr/local/bin/remora run", ExecReload: "/bin/kill -HUP $MAINPID", TimeoutStartSec: "infinity" });
    assert.match(unit.get("WatchdogSec") ?? "", /^\d+s$/);
  });

  test("remora-register.service tells when everything is registered, and is watched", () => {
    const unit = settingsOf("remora-register.service");
    assert.deepEqual(["Type", "ExecStart", "TimeoutStartSec"].map((name) => unit.get(name)), ["notify", "/usr/local/bin/remora register --docker", "infinity"]);
    assert.match(unit.get("WatchdogSec") ?? "", /^\d+s$/);
  });

  test("web.service registers once the app answers, and deregisters after its end, twice without harm", async () => {
    await using etcd = await startEtcd();
    await using machine = await project({ "remora.toml": `backend = "etcd"\n[backends.etcd]\nendpoints = ["${etcd.url}"]\n` });
    await using web = await listening();
    const unit = settingsOf("web.service");
    const run = (line = "") => machine.remora(wordsOf(line.replaceAll("8080", String(web.port))), { env: { POD_IP: "10.9.8.7" } });
    const started = await run(unit.get("ExecStartPost"));
    assert.equal(started.code, 0, started.stderr);
    assert.equal((await etcd.ctl("get", "/web/host", "--print-value-only")).trim(), "10.9.8.7");
    for (const _ of ["after a stop", "after a start that failed"]) {
      const stopped = await run(unit.get("ExecStopPost"));
      assert.equal(stopped.code, 0, stopped.stderr);
      assert.equal(await etcd.ctl("get", "/web", "--prefix"), "");
    }
  });

  test("An app that does not answer is not registered, and its start fails with a sentence", async () => {
    await using etcd = await startEtcd();
    await using machine = await project({ "remora.toml": `backend = "etcd"\ntimeout = "1s"\n[backends.etcd]\nendpoints = ["${etcd.url}"]\n` });
    const port = await listening().then(async (web) => (await web[Symbol.asyncDispose](), web.port));
    const words = wordsOf((settingsOf("web.service").get("ExecStartPost") ?? "").replaceAll("8080", String(port)));
    const { code, stderr } = await machine.remora(words, { env: { POD_IP: "10.9.8.7" } });
    assert.equal(code, 6, stderr);
    assert.match(stderr, /Cannot register "web" in time: its checks have not passed/);
    assert.equal(await etcd.ctl("get", "/web", "--prefix"), "");
  });
});

/** The settings of a unit file, by their names. */
function settingsOf(name: string): ReadonlyMap<string, string> {
  const lines = readFileSync(`${EXAMPLE}${name}`, "utf8").split("\n");
  return new Map(lines.flatMap((line) => [...line.matchAll(/^([A-Za-z]+)=(.*)$/g)].map(([, key = "", value = ""]) => [key, value] as const)));
}

/** The arguments of a command line of Remora; none of the examples' needs quotes. */
function wordsOf(line: string): readonly string[] {
  const [program, ...words] = line.split(" ");
  assert.equal(program, "/usr/local/bin/remora");
  return words;
}

/** An app that listens on a port of the kernel's choice. */
async function listening(): Promise<{ readonly port: number } & AsyncDisposable> {
  const server: Server = createServer((socket) => socket.end());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { port: (server.address() as AddressInfo).port, [Symbol.asyncDispose]: () => new Promise((resolve) => server.close(() => resolve())) };
}
