import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { describe, test } from "node:test";
import { confdProject, linkConfd } from "../support/confd.ts";
import { startEtcd } from "../support/etcd.ts";
import { eventually } from "../support/eventually.ts";
import { runProgram, stopProcess } from "../support/process.ts";

// As scripts of 2014 have it: the resource stands where confd.toml should, and confd says nothing of that.
const BOOT = `#!/bin/bash
set -eo pipefail
until confd -onetime -node $ETCD -config-file $RESOURCE -confdir $CONFDIR; do
  echo "[app] waiting for confd to refresh"
  sleep 0.2
done
confd -interval 1 -node $ETCD -config-file $RESOURCE -confdir $CONFDIR &
echo $! > $CONFDIR/pid
echo "[app] started"
tail -f $CONFDIR/out/app.conf
`;

describe("a boot script that was written for confd", () => {
  test("waits for its keys, starts the app, and has its file changed while it runs", async () => {
    await using etcd = await startEtcd();
    await using app = await confdProject({ "boot.sh": BOOT });
    const env = { ...process.env, PATH: `${await linkConfd(app.directory.path)}:${process.env["PATH"]}`, ETCD: etcd.url, CONFDIR: app.directory.path, RESOURCE: app.directory.join("conf.d/app.toml"), REMORA_STATE_DIR: app.directory.join("state") };
    const child = spawn("bash", [app.directory.join("boot.sh")], { env, stdio: ["ignore", "pipe", "pipe"], detached: true });
    let printed = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (printed += String(chunk)));
    try {
      await eventually(() => assert.match(printed, /key does not exist: \/name[^]*waiting for confd to refresh/), { within: 20_000 });
      await etcd.put("/name", "one");
      await eventually(() => assert.match(printed, /\[app\] started\n/), { within: 20_000 });
      assert.equal(await app.read("out/app.conf"), "name = one\n");
      assert.match(printed, /app\.toml: this is a template resource and no confd\.toml/);
      await eventually(() => assert.match(printed, /Started/), { within: 20_000 });
      await etcd.put("/name", "two");
      await eventually(async () => assert.equal(await app.read("out/app.conf"), "name = two\n"), { within: 10_000 });
      await eventually(async () => assert.equal(await app.read("reloads"), "reload\nreload\n"));
    } finally {
      process.kill(-(child.pid as number), "SIGTERM");
      await stopProcess(child);
    }
  });

  test("the link remembers what it wrote, although nothing says where", async () => {
    await using app = await confdProject();
    const id = createHash("sha256").update(app.directory.path).digest("hex").slice(0, 12);
    const env = { ...process.env, PATH: `${await linkConfd(app.directory.path)}:${process.env["PATH"]}` };
    try {
      for (let run = 0; run < 2; run++) {
        const { code, stderr } = await runProgram(["confd", "-onetime", "-backend", "file", "-file", app.directory.join("data.yaml"), "-confdir", app.directory.path], { env });
        assert.equal(code, 0, stderr);
      }
      assert.deepEqual([await app.read("out/app.conf"), await app.read("reloads")], ["name = one\n", "reload\n"]);
    } finally {
      for (const path of [`/var/lib/remora/confd-${id}`, `${tmpdir()}/remora-confd-${process.geteuid?.()}-${id}`]) await rm(path, { recursive: true, force: true });
    }
  });
});
