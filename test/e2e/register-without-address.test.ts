import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { chmod } from "node:fs/promises";
import { test } from "node:test";
import { eventually } from "../support/eventually.ts";
import { netNamespace } from "../support/net-namespace.ts";
import { runProgram, stopProcess } from "../support/process.ts";
import { programWords, project } from "../support/remora.ts";
import { requireProgram } from "../support/requires.ts";

// The ports of a network of its own are all free.
const ETCD = "http://127.0.0.1:2379";

test("A container without an address applies its units, runs its app and says what is missing; it is registered as soon as it has one", async () => {
  await using container = await netNamespace();
  await using app = await project({ "remora.toml": '[registrar]\nregistries = ["etcd"]\ninterval = "1s"\n[[service]]\nname = "web"\nport = 80\n' });
  const inside = (...argv: readonly string[]) => [...container.enter, ...argv] as [string, ...string[]];
  const [program = "", ...args] = inside(requireProgram("etcd"), `--data-dir=${app.directory.join("etcd")}`, "--log-level=error");
  const etcd = spawn(program, args, { stdio: "ignore" });
  await using _etcd = { [Symbol.asyncDispose]: () => stopProcess(etcd, "SIGKILL") };
  const ctl = (...words: readonly string[]) => runProgram(inside(requireProgram("etcdctl"), `--endpoints=${ETCD}`, ...words), { env: { ...process.env, ETCDCTL_API: "3" } });
  await eventually(async () => assert.equal((await ctl("endpoint", "health")).code, 0), { within: 15_000, every: 50 });

  const words = inside(...(await programWords())).map((word) => `'${word}'`).join(" ");
  const start = await app.write("remora-in-container", `#!/bin/sh\nexec ${words} "$@"\n`);
  await chmod(start, 0o755);
  await using running = await app.start(["--", "/bin/sleep", "60"], { program: start });
  const told = await running.waitForLog("No address to advertise, looking again");
  assert.match(String(told["error"]), /^Cannot choose the address to advertise: .*there is no route to the registry, and no default route$/);
  assert.match(String(told["hint"]), /name one, as in --address static:IP or --address interface:NAME$/);
  await running.waitForLog("Started the app");
  assert.equal(await app.read("out/app.conf"), "name = one\n");
  assert.equal((await ctl("get", "/web", "--prefix")).stdout, "");

  await container.addInterface("eth0", "10.1.2.3/24");
  await container.ip("route add default via 10.1.2.1");
  await eventually(async () => assert.equal((await ctl("get", "/web/host", "--print-value-only")).stdout, "10.1.2.3\n"), { within: 20_000, every: 100 });
  assert.equal(running.lines.filter(({ msg }) => msg.startsWith("No address")).length, 1, "it is said once");
  assert.equal(await running.stop(), 143);
  assert.equal((await ctl("get", "/web", "--prefix")).stdout, "");
});
