import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { describe, test } from "node:test";
import { eventually } from "../support/eventually.ts";
import { fifo } from "../support/fifo.ts";
import { programWords, project } from "../support/remora.ts";

describe("A log that nobody reads any more", () => {
  test("It holds up neither changes nor signals, and is all there once it is read again", async () => {
    await using app = await project();
    using log = await fifo(app.directory.join("log"));
    const script = `trap 'echo told > ${app.directory.join("told")}; exit 7' TERM; while :; do sleep 0.02; done`;
    const words = [...(await programWords()), "run", ...app.flags, "--wait-min", "10ms", "--", "sh", "-c", script];
    const child = spawn("sh", ["-c", 'exec "$@" 2> "$0"', app.directory.join("log"), ...words], { stdio: "ignore" });
    try {
      await eventually(() => assert.match(log.read(), /Started the app/), { within: 15_000 });
      log.fill();
      for (const name of ["two", "three"]) {
        await app.write("data.yaml", `name: ${name}\n`);
        await eventually(async () => assert.equal(await app.read("out/app.conf"), `name = ${name}\n`));
      }
      log.read();
      await eventually(() => assert.match(log.read(), /"?Committed"?.*\n(.*\n)*.*"?Committed"?/));
      log.fill();
      child.kill("SIGTERM");
      const [status] = (await once(child, "exit")) as [number];
      assert.deepEqual([status, await app.read("told")], [7, "told\n"]);
    } finally {
      child.kill("SIGKILL");
    }
  });
});
