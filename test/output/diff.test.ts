import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { test } from "node:test";
import fc from "fast-check";
import { unifiedDiff } from "../../src/output/diff.ts";
import { runProgram } from "../support/process.ts";
import { tempDir } from "../support/temp.ts";
import { bytes } from "./support.ts";

const RUNS = 40;

function diff(before: string | undefined, after: string, colour = false): string {
  return unifiedDiff({ target: "/etc/app.conf", before: before === undefined ? undefined : bytes(before), after: bytes(after) }, { colour });
}

test("Equal contents have no diff, and neither have equal binary ones", () => {
  assert.equal(diff("a\n", "a\n"), "");
  assert.equal(diff("a\0", "a\0"), "");
});

test("A change is shown with three lines around it", () => {
  const lines = Array.from({ length: 9 }, (_, index) => `${index + 1}\n`);
  assert.equal(diff(lines.join(""), lines.join("").replace("5", "five")), "--- /etc/app.conf\n+++ /etc/app.conf\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n");
});

test("A new file is compared with /dev/null, as GNU diff has it, and one that was emptied ends at line 0", () => {
  assert.equal(diff(undefined, "a\nb\n"), "--- /dev/null\n+++ /etc/app.conf\n@@ -0,0 +1,2 @@\n+a\n+b\n");
  assert.equal(diff("a\nb\n", ""), "--- /etc/app.conf\n+++ /etc/app.conf\n@@ -1,2 +0,0 @@\n-a\n-b\n");
});

test("A new file that is empty is shown by its name", () => {
  assert.equal(diff(undefined, ""), "--- /dev/null\n+++ /etc/app.conf\n");
});

test("A last line without an end is told on either side", () => {
  assert.equal(diff("a", "a\n"), "--- /etc/app.conf\n+++ /etc/app.conf\n@@ -1,1 +1,1 @@\n-a\n\\ No newline at end of file\n+a\n");
  assert.equal(diff("a\n", "a"), "--- /etc/app.conf\n+++ /etc/app.conf\n@@ -1,1 +1,1 @@\n-a\n+a\n\\ No newline at end of file\n");
});

test("What is not text is told in a sentence", () => {
  const sentence = "Binary file /etc/app.conf would change\n";
  assert.equal(diff("a", "a\0b"), sentence);
  assert.equal(unifiedDiff({ target: "/etc/app.conf", before: Uint8Array.of(0xff, 0xfe), after: bytes("a") }, { colour: false }), sentence);
});

test("Of a file that holds secrets only the numbers of lines are shown", () => {
  const shown = unifiedDiff({ target: "/etc/app.conf", before: bytes("user\nhunter1\n"), after: bytes("user\nhunter2\nmore\n"), sensitive: true }, { colour: false });
  assert.equal(shown, "--- /etc/app.conf\n+++ /etc/app.conf\nWithheld, for it holds secrets: lines removed 1, lines added 2\n");
});

test("Colours are put on whole lines and change nothing else", () => {
  const coloured = diff("a\nb\n", "a\nc\n", true);
  assert.equal(coloured, "\u001b[1m--- /etc/app.conf\u001b[0m\n\u001b[1m+++ /etc/app.conf\u001b[0m\n\u001b[36m@@ -1,2 +1,2 @@\u001b[0m\n a\n\u001b[31m-b\u001b[0m\n\u001b[32m+c\u001b[0m\n");
  assert.equal(coloured.replace(/\u001b\[\d+m/g, ""), diff("a\nb\n", "a\nc\n"));
});

test("Two files of 20,000 lines with nothing in common are compared in less than three seconds of CPU time", () => {
  const text = (letter: string) => Array.from({ length: 20_000 }, (_, index) => `${letter}${index}\n`).join("");
  const before = process.cpuUsage();
  const shown = diff(text("a"), text("b"));
  const { user } = process.cpuUsage(before);
  assert.ok(user < 3_000_000, `${user / 1_000} ms of CPU`);
  assert.match(shown, /^--- .*\n\+\+\+ .*\n@@ -1,20000 \+1,20000 @@\n-a0\n/);
});

const line = fc.oneof({ weight: 3, arbitrary: fc.constantFrom("", "a", "b", "-- x", "++ y", "@@ -1 +1 @@", "\\ No newline", "\t", " ", "\r") }, fc.string());
const content = fc.tuple(fc.array(line, { maxLength: 30 }), fc.boolean()).map(([lines, ended]) => lines.map((each) => each.replace(/[\n\0]/g, "")).join("\n") + (ended && lines.length > 0 ? "\n" : ""));

test("patch(1) makes the new content of the old one and the diff", async () => {
  await using dir = await tempDir();
  const apply = async (before: string, after: string) => {
    await writeFile(dir.join("file"), before);
    const { code, stdout, stderr } = await runProgram(["patch", "--binary", "--no-backup-if-mismatch", "--silent", dir.join("file")], { input: diff(before, after) });
    assert.equal(code, 0, stdout + stderr);
    // patch removes a file that the diff has emptied.
    assert.equal(await readFile(dir.join("file"), "utf8").catch(() => ""), after);
  };
  const differing = fc.tuple(content, content).filter(([before, after]) => before !== after);
  await fc.assert(fc.asyncProperty(differing, ([before, after]) => apply(before, after)), { numRuns: RUNS });
  const long = (letter: string) => Array.from({ length: 3_000 }, (_, index) => (index % 3 === 0 ? `same ${index}` : `${letter}${index}`)).join("\n");
  await apply(long("a"), long("b"));
  await apply(long("a").replaceAll("same", "not"), `${long("b")}\n`);
});
