import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "./build.mjs";
import { changeOf } from "./demo/change.mjs";
import { writeConfiguration } from "./demo/configuration.mjs";
import { findNginx, startNginx } from "./demo/nginx.mjs";
import { eventually } from "./demo/eventually.mjs";
import { command, diff, say, step, success } from "./demo/print.mjs";
import { remora, startRemora } from "./demo/remora.mjs";
import { freePort, startWeb } from "./demo/web.mjs";
import { install } from "./install.mjs";

// Shows Remora's main job on the file backend: from a fresh clone to a key change that reloads a service.
// "--built" takes dist/main.js as it is.

const opened = [];
const folder = mkdtempSync(join(tmpdir(), "remora-demo-"));

for (const signal of ["SIGINT", "SIGTERM"]) {
  process.once(signal, async () => {
    await close();
    process.exit(128 + (signal === "SIGINT" ? 2 : 15));
  });
}

try {
  await demo();
} catch (error) {
  console.error(`\nThe demo failed: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
} finally {
  await close();
}

async function demo() {
  if (!process.argv.includes("--built")) {
    step("Install and build");
    await install();
    await build();
    say("dist/main.js is the whole program");
  }

  const started = Date.now();
  const nginx = findNginx();
  const [blue, green] = [await open(startWeb("blue")), await open(startWeb("green"))];
  const listen = await freePort();
  const files = writeConfiguration({ folder, nginx, listen, web: blue.address });

  step("Two units read their keys from a file");
  command(`cat ${files.data}`);
  say(files.keys());
  say(nginx === undefined ? "nginx is not installed: its configuration is rendered, but not checked by the real program" : `nginx will be checked by ${nginx}`);

  step("What would change?");
  await remora(["render", "--dry-run"], files, { expect: 10 });

  step("Render, check, swap");
  await remora(["render"], files);
  if (nginx !== undefined) await open(startNginx(nginx, files));
  await showAnswer(nginx, listen, "blue");

  step("Follow the keys");
  const daemon = await open(startRemora(files));

  step("A key changes: the web service moves from blue to green");
  await showChange(files.nginx, files, () => remora(["keys", "put", "/services/web/1", green.address], files));
  await showAnswer(nginx, listen, "green");

  step("Another key changes: only the unit that reads it is applied");
  await showChange(files.forwarder, files, () => remora(["keys", "put", "/logstash/host", "10.0.0.8"], files));

  if (nginx !== undefined) await showRefusal(nginx, listen, files, daemon);

  step("Stop");
  const status = await daemon.stop();
  if (status !== 0) throw new Error(`"remora run" ended with exit status ${status}, not 0`);
  success(`Done in ${((Date.now() - started) / 1_000).toFixed(1)} s, and nothing is left behind. Next: README.md, examples/quickstart, templates/`);
}

async function showChange(target, files, act) {
  const watched = changeOf(target, files.reloads);
  await act();
  const change = await watched.seen();
  await diff(target, change.before, change.after);
  say(`swapped: a new file took its place in one rename (inode ${change.inodeBefore} is now ${change.inodeAfter})`);
  say(change.reload);
}

async function showAnswer(nginx, port, expected) {
  if (nginx === undefined) return;
  command(`curl http://127.0.0.1:${port}/`);
  const answer = await eventually("nginx answers from the right server", async () => {
    const response = await fetch(`http://127.0.0.1:${port}/`, { headers: { connection: "close" }, signal: AbortSignal.timeout(1_000) });
    const text = await response.text();
    return text === expected ? text : undefined;
  });
  say(answer);
}

async function showRefusal(nginx, port, files, daemon) {
  step("A wrong value: the check refuses, and nginx goes on as before");
  const before = files.read(files.nginx);
  await remora(["keys", "put", "/nginx/listen", "nonsense"], files);
  await eventually("the check refuses", () => daemon.hasLogged(/CHECK_FAILED|nonsense/) || undefined);
  if (files.read(files.nginx) !== before) throw new Error("a refused file was put in place");
  say(`${files.nginx} is untouched`);
  await showAnswer(nginx, port, "green");
}

async function open(starting) {
  const resource = await starting;
  opened.push(resource);
  return resource;
}

async function close() {
  for (const resource of opened.splice(0).reverse()) await resource.close();
  rmSync(folder, { recursive: true, force: true });
}
