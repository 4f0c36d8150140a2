import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { runProgram } from "../support/process.ts";
import { programWords, project } from "../support/remora.ts";

/** Has the program write into a pipe that does not wait and holds 4 KiB, which is read once it is full; prints how much came. */
const SLOW_READER = `
import fcntl, os, subprocess, sys, time
read, write = os.pipe()
fcntl.fcntl(write, 1031, 4096)
os.set_blocking(write, False)
child = subprocess.Popen(sys.argv[1:], stdout=write)
os.close(write)
while int.from_bytes(fcntl.ioctl(read, 0x541B, b"\\0\\0\\0\\0"), "little") < 4096 and child.poll() is None: time.sleep(0.01)
total = 0
while chunk := os.read(read, 65536): total += len(chunk)
print(total, child.wait())
`;

describe("What Remora prints", () => {
  test("A log that cannot be written, its disk being full, ends nothing", async () => {
    await using app = await project();
    const { code } = await runProgram(["sh", "-c", '"$@" 2>/dev/full', "sh", ...(await programWords()), "render", ...app.flags]);
    assert.equal(code, 0);
    assert.equal(await app.read("out/app.conf"), "name = one\n");
  });

  test("A result that cannot be written is a failure, in a sentence", async () => {
    const { code, stderr } = await runProgram(["sh", "-c", '"$@" >/dev/full', "sh", ...(await programWords()), "version"]);
    assert.equal(code, 1);
    assert.match(stderr, /^remora: Cannot write to standard output: .*ENOSPC/);
  });

  test("A reader that goes away is no failure", async () => {
    const { stdout, stderr } = await runProgram(["sh", "-c", '{ "$@"; echo "status $?" >&2; } | head -n 1', "sh", ...(await programWords()), "run", "--help"]);
    assert.match(stdout, /^Usage: remora run/);
    assert.equal(stderr, "status 0\n");
  });

  test("A pipe that is full for a while, and does not wait, gets all of it", async () => {
    await using app = await project({ "data.yaml": `name: ${"x".repeat(300_000)}\n` });
    const { stdout, stderr } = await runProgram(["python3", "-c", SLOW_READER, ...(await programWords()), "keys", "get", "/name", ...app.flags]);
    assert.equal(stdout, "300001 0\n", stderr);
  });
});
