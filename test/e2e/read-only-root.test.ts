import assert from "node:assert/strict";
import { chmod } from "node:fs/promises";
import { describe, test } from "node:test";
import { eventually } from "../support/eventually.ts";
import { runProgram } from "../support/process.ts";
import { type Project, programWords, project } from "../support/remora.ts";

/** Nothing may be written any more, but below $1/volume; the rest is what runs there. */
const READ_ONLY = 'mount --bind "$1" "$1" && mount --bind "$1/volume" "$1/volume" && mount -o remount,bind,ro "$1" && mount -o remount,bind,ro / && shift && exec "$@"';

const UNIT = '[template]\nsrc = "app.njk"\ndest = "$DIR/volume/app.conf"\ncheck_cmd = "grep -q name {{ src }}"\nreload_cmd = "echo reload >> $DIR/volume/reloads"\n';

describe("A container whose root is read-only", () => {
  test("The volume of the target is all that has to be writable: units are applied, changes followed, and an app supervised", async () => {
    await using app = await readOnly();
    await using running = await app.start(["--state-dir", app.directory.join("volume/.remora"), "--", "/bin/sh", "-c", `exec sleep 60`], { program: app.program });
    await running.waitForLog("Started the app");
    assert.equal(await app.read("volume/app.conf"), "name = one\n");
    await app.write("data.yaml", "name: two\n");
    await eventually(async () => assert.deepEqual([await app.read("volume/app.conf"), await app.read("volume/reloads")], ["name = two\n", "reload\n"]));
    await running.waitForLog("Reloaded");
    assert.equal(await running.stop(), 143);
    assert.deepEqual(running.lines.filter(({ level }) => !["info", "debug"].includes(level)), []);
  });

  test("A state directory that cannot be written is refused with a sentence, and the target stays what it was", async () => {
    await using app = await readOnly();
    await app.write("volume/app.conf", "name = old\n");
    const { code, stderr } = await runProgram([app.program, "render", ...app.flags], { env: { PATH: process.env["PATH"] } });
    assert.equal(code, 2);
    assert.match(stderr, /^remora: Cannot use the state directory ".*\/state": .*read-only file system.*\n {2}hint: Name one that can be written, with --state-dir\n$/);
    assert.equal(await app.read("volume/app.conf"), "name = old\n");
  });

  test("A target outside of the volume fails with a sentence, and the other units are applied", async () => {
    await using app = await readOnly({ "conf.d/other.toml": '[template]\nsrc = "app.njk"\ndest = "$DIR/outside/app.conf"\n' });
    const { code, stderr } = await runProgram([app.program, "render", ...app.flags, "--state-dir", app.directory.join("volume/.remora")], { env: { PATH: process.env["PATH"] } });
    assert.equal(code, 5);
    assert.match(stderr, /Cannot write ".*\/outside\/app\.conf": the file system is read-only/);
    assert.equal(await app.read("volume/app.conf"), "name = one\n");
  });

  test("A volume that becomes read-only under way keeps its file, says why, and follows once it can be written again", async () => {
    await using app = await readOnly();
    await using running = await app.start(["--state-dir", app.directory.join("volume/.remora")], { program: app.program });
    await running.waitForLog("Reloaded");
    // It is refused while a file is being written.
    const remount = (how: string) =>
      eventually(async () => {
        const { code, stderr } = await runProgram(["nsenter", "--target", String(running.pid), "--mount", "mount", "-o", `remount,bind,${how}`, app.directory.join("volume")]);
        assert.equal(code, 0, stderr);
      });
    await remount("ro");
    await app.write("data.yaml", "name: two\n");
    assert.match(String((await running.waitForLog("Unit failed"))["error"]), /read-only/);
    assert.equal(await app.read("volume/app.conf"), "name = one\n");
    await remount("rw");
    await eventually(async () => assert.deepEqual([await app.read("volume/app.conf"), await app.read("volume/reloads")], ["name = two\n", "reload\nreload\n"]), { within: 15_000 });
    assert.equal(await running.stop(), 0);
  });
});

/** A project, and the program that runs with everything read-only but its folder "volume". */
async function readOnly(files: Readonly<Record<string, string>> = {}): Promise<Project & { readonly program: string }> {
  const app = await project({ "conf.d/app.toml": UNIT, "volume/.keep": "\n", ...files });
  const words = (await programWords()).map((word) => `'${word}'`).join(" ");
  const program = await app.write("remora-in-container", `#!/bin/sh\nexec unshare --mount sh -c '${READ_ONLY}' sh '$DIR' ${words} "$@"\n`);
  await chmod(program, 0o755);
  return { ...app, program };
}
