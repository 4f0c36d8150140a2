import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { startEtcd } from "../support/etcd.ts";
import { eventually } from "../support/eventually.ts";
import { example } from "../support/example.ts";
import { freePort, stopProcess } from "../support/process.ts";
import { requireProgram } from "../support/requires.ts";

test("examples/boot/sidecar: Remora, in the pid namespace of nginx, gives it upstreams as they come and go, by a signal to its pid file", async () => {
  await using etcd = await startEtcd();
  await using web = await app("hello");
  await using other = await app("other");
  const port = await freePort();
  await using pair = await example("boot/sidecar", { "/shared": "$DIR/shared", "http://etcd:2379": etcd.url, "listen 8080": `listen 127.0.0.1:${port}` });
  await pair.directory.write("shared/.keep", "");
  // nginx is process 1 of its namespace, as it is in a container.
  const nginx = spawn("unshare", ["--pid", "--fork", "--kill-child", requireProgram("nginx"), "-c", pair.directory.join("nginx.conf"), "-g", "daemon off;"], { stdio: "ignore" });
  await using _nginx = ending(nginx);
  await eventually(async () => assert.equal(await readFile(pair.directory.join("shared/nginx.pid"), "utf8"), "1\n"));

  const enter = ["nsenter", `--pid=/proc/${nginx.pid}/ns/pid_for_children`];
  const remora = spawn("setpriv", ["--pdeathsig", "KILL", ...enter, "remora", "run"], { env: { ...pair.env }, stdio: ["ignore", "inherit", "pipe"] });
  let log = "";
  remora.stderr?.on("data", (chunk) => (log += chunk));
  await using _remora = ending(remora);

  const answer = () => fetch(`http://127.0.0.1:${port}/`, { headers: { connection: "close" } }).then(async (reply) => `${reply.status} ${reply.ok ? await reply.text() : ""}`, (thrown) => String(thrown));
  const answers = (text: string) => eventually(async () => assert.equal(await answer(), text, log), { within: 15_000, every: 50 });
  await answers("502 ");
  await etcd.put("/services/web/1", web.address);
  await answers("200 hello");
  await etcd.put("/services/web/1", other.address);
  await answers("200 other");
  await etcd.put("/services/web/2", "; evil {");
  await etcd.delete("/services/web/1");
  await answers("502 ");
  assert.doesNotMatch(log, /"level":"error"/);
});

function ending(child: ChildProcess): AsyncDisposable {
  return { [Symbol.asyncDispose]: () => stopProcess(child, "SIGKILL") };
}

/** An app that answers with a text. */
async function app(text: string): Promise<{ readonly address: string } & AsyncDisposable> {
  const server = createServer((_, answer) => answer.end(text));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
