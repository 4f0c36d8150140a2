import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readdir, rm } from "node:fs/promises";
import { test } from "node:test";
import { Checker } from "../../../src/registrar/checks/checker.ts";
import { Registrar } from "../../../src/registrar/registrar.ts";
import { type SelfService, SelfSource } from "../../../src/registrar/sources/self.ts";
import { eventually } from "../../support/eventually.ts";
import { realPorts } from "../../support/ports.ts";
import { freePort, stopProcess } from "../../support/process.ts";
import { tempDir } from "../../support/temp.ts";
import { networkOf } from "../address/support.ts";
import { checkOf, probeContext } from "../checks/support.ts";
import { directoryRegistry } from "../directory-registry.ts";
import { often, serviceOf } from "./self-support.ts";

/** One run of a registrar whose registry is a folder, which outlives it. */
function runOf(folder: string, services: readonly SelfService[]) {
  const ports = realPorts();
  const checker = new Checker({ ...probeContext(), random: ports.random, log: ports.log });
  const source = new SelfSource({ services, hostname: "host1", checker, clock: ports.clock, log: ports.log, addressInterval: 1_000, network: networkOf({ eth0: ["10.0.0.5"] }), env: {}, registry: undefined });
  const registry = directoryRegistry(folder);
  const registrar = new Registrar({ sources: [source], registries: [registry], interval: 60_000, onConflict: "refuse", ports });
  const stop = new AbortController();
  const running = registrar.run(stop.signal);
  return {
    source,
    registry,
    async [Symbol.asyncDispose]() {
      stop.abort(new Error("Stopped"));
      await running;
    },
  };
}

test("An app that is killed is gone from the registry, and back when it is", async () => {
  await using folder = await tempDir();
  const port = await freePort();
  const start = () => spawn(process.execPath, ["-e", `require("net").createServer().listen(${port}, "127.0.0.1")`], { stdio: "ignore" });
  await using _run = runOf(folder.path, [serviceOf({ ports: [port], checks: [checkOf({ kind: "tcp", host: "127.0.0.1", port }, { interval: 200 })] })]);
  let app = start();
  try {
    await eventually(async () => assert.deepEqual(await readdir(folder.path), [`web-host1-${port}`]));
    await stopProcess(app, "SIGKILL");
    await eventually(async () => assert.deepEqual(await readdir(folder.path), []));
    app = start();
    await eventually(async () => assert.deepEqual(await readdir(folder.path), [`web-host1-${port}`]));
  } finally {
    await stopProcess(app, "SIGKILL");
  }
});

test("A registrar that was restarted takes over what is there, and withdraws nothing while its checks begin", async () => {
  await using folder = await tempDir();
  await using marks = await tempDir();
  await marks.write("up", "");
  const services = [serviceOf({ name: "a", checks: [often(`test -e ${marks.join("up")} || exit 2`)] }), serviceOf({ name: "b", checks: [often("sleep 0.2")] })];
  {
    await using _first = runOf(folder.path, services);
    await eventually(async () => assert.deepEqual((await readdir(folder.path)).sort(), ["a-host1-80", "b-host1-80"]));
  }
  await using second = runOf(folder.path, services);
  await eventually(() => assert.deepEqual(second.registry.calls, ["owned"]));
  // What changes next shows that it has compared everything by now.
  await rm(marks.join("up"));
  await eventually(async () => assert.deepEqual(await readdir(folder.path), ["b-host1-80"]));
  assert.deepEqual(second.registry.calls.slice().sort(), ["deregister a-host1-80", "owned"]);
});
