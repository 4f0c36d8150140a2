import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { describe, test } from "node:test";
import { startEtcd } from "../support/etcd.ts";
import { eventually } from "../support/eventually.ts";
import { type Example, example } from "../support/example.ts";
import { runProgram, stopProcess } from "../support/process.ts";

describe("examples/boot/wait", () => {
  test("boot.sh has three lines, waits for its keys by name, renders, and becomes the app", async () => {
    await using etcd = await startEtcd();
    await using boot = await example("boot/wait", { "/etc/app": "$DIR/app", "http://etcd:2379": etcd.url });
    assert.equal((await readFile(boot.directory.join("boot.sh"), "utf8")).trim().split("\n").length, 3);
    await using container = start(boot, ["./boot.sh", "/bin/sh", "-c", "cp app/app.env saw; exec sleep 61"]);
    await eventually(() => assert.match(container.log(), /"Waiting for keys".*etcd:\/db\/host/), { within: 10_000 });
    await assert.rejects(readFile(boot.directory.join("saw")), "the app has run already");
    await etcd.put("/db/host", "10.0.0.7");
    await eventually(async () => assert.equal(await readFile(boot.directory.join("saw"), "utf8"), 'DB_HOST="10.0.0.7"\nDB_PORT="5432"\n'), { within: 10_000 });
    await eventually(() => assert.equal(readFileSync(`/proc/${container.child.pid}/cmdline`, "utf8"), "sleep\x0061\x00"));
  });

  test("A key that never comes ends the container with status 6 and its name, and the app has not run", async () => {
    await using etcd = await startEtcd();
    await using boot = await example("boot/wait", { "/etc/app": "$DIR/app", "http://etcd:2379": etcd.url, "60s": "300ms" });
    const { code, stderr } = await runProgram([boot.directory.join("boot.sh"), "/usr/bin/touch", boot.directory.join("ran")], { env: { ...boot.env } });
    assert.equal(code, 6, stderr);
    assert.match(stderr, /\/db\/host/);
    await assert.rejects(readFile(boot.directory.join("ran")), "the app has run");
  });
});

describe("examples/boot/image", () => {
  test("The step of its Dockerfile renders from the file, without a server, and puts nothing but the target where the image takes it from", async () => {
    await using image = await example("boot/image", { "/etc/app": "$DIR/root/etc/app", "/build": "$DIR/build" });
    const [, step = ""] = /^RUN (.*)$/m.exec(await readFile(image.directory.join("Dockerfile"), "utf8")) ?? [];
    assert.match(step, /^remora render /);
    const copy = ["data.yaml", "conf.d", "templates"].map((name) => `cp -r ${name} build/`).join(" && ");
    const { PATH = "" } = image.env;
    const { code, stderr } = await runProgram(["/bin/sh", "-c", `mkdir build && ${copy} && ${step}`], { env: { PATH }, cwd: image.directory.path });
    assert.equal(code, 0, stderr);
    assert.match(stderr, /msg="Committed" unit=app/);
    assert.equal(await readFile(image.directory.join("root/etc/app/app.conf"), "utf8"), "region = eu-west\nworkers = 4\n");
    assert.deepEqual(await readdir(image.directory.join("root/etc/app")), ["app.conf"]);
  });

  test("A value that the check refuses ends the build with a sentence", async () => {
    await using image = await example("boot/image", { "/etc/app": "$DIR/root/etc/app" });
    await image.directory.write("data.yaml", "app: { region: eu-west, workers: many }\n");
    const { code, stderr } = await runProgram([image.directory.join("bin/remora"), "render", "--no-reload"], { env: { ...image.env } });
    assert.equal(code, 5, stderr);
    assert.match(stderr, /check/i);
    await assert.rejects(readFile(image.directory.join("root/etc/app/app.conf")), { code: "ENOENT" });
  });
});

/** Starts a program in the example's folder, as a container would. */
function start(of: Example, [program = "", ...args]: readonly string[]): { readonly child: ChildProcess; log(): string } & AsyncDisposable {
  const child = spawn(program, args, { cwd: of.directory.path, env: of.env, stdio: ["ignore", "inherit", "pipe"] });
  let log = "";
  child.stderr?.on("data", (chunk) => (log += chunk));
  return { child, log: () => log, [Symbol.asyncDispose]: () => stopProcess(child, "SIGKILL") };
}
