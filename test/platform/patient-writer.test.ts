import assert from "node:assert/strict";
import { closeSync, constants, openSync } from "node:fs";
import { test } from "node:test";
import { PatientWriter } from "../../src/platform/patient-writer.ts";
import { eventually } from "../support/eventually.ts";
import { fifo } from "../support/fifo.ts";
import { tempDir } from "../support/temp.ts";

const line = (number: number) => Buffer.from(`${String(number).padStart(99, "0")}\n`);

test("What a full pipe does not take is kept in order, up to 1 MiB, and the rest is lost and counted", async () => {
  await using directory = await tempDir();
  using pipe = await fifo(directory.join("log"));
  const descriptor = openSync(directory.join("log"), constants.O_WRONLY);
  const lost: number[] = [];
  const writer = PatientWriter.open(descriptor, (lines) => lost.push(lines)) as PatientWriter;
  try {
    pipe.fill();
    pipe.read();
    for (let number = 0; number < 20_000; number += 1) writer.write(line(number));
    let text = "";
    await eventually(() => {
      text += pipe.read();
      assert.equal(lost.length, 1);
    });
    const lines = (text + pipe.read()).trim().split("\n").map(Number);
    assert.deepEqual(lines, lines.map((_, index) => index), "none is torn, none is out of order");
    assert.ok(lines.length > 10_400, `${lines.length} lines were kept`);
    assert.equal(lines.length + (lost[0] ?? 0), 20_000);
    writer.write(Buffer.from("once more\n"));
    assert.equal(pipe.read(), "once more\n");
  } finally {
    await writer[Symbol.asyncDispose]();
    closeSync(descriptor);
  }
});

test("A pipe that nobody reads holds up an end for a second at most", async () => {
  await using directory = await tempDir();
  using pipe = await fifo(directory.join("log"));
  const descriptor = openSync(directory.join("log"), constants.O_WRONLY);
  pipe.fill();
  const writer = PatientWriter.open(descriptor, () => {}) as PatientWriter;
  writer.write(line(1));
  const from = performance.now();
  await writer[Symbol.asyncDispose]();
  closeSync(descriptor);
  assert.ok(performance.now() - from < 5_000);
});

test("What is no pipe is left as it is", async () => {
  await using directory = await tempDir();
  const descriptor = openSync(await directory.write("log", ""), "a");
  assert.equal(PatientWriter.open(descriptor, () => {}), undefined);
  closeSync(descriptor);
});
