import assert from "node:assert/strict";
import { appendFile, rename, writeFile } from "node:fs/promises";
import { test } from "node:test";
import type { Clock } from "../../src/core/ports.ts";
import { chokidarFollower } from "../../src/follow/chokidar-follower.ts";
import { quietMoments } from "../../src/follow/quiet-moments.ts";
import { systemClock } from "../../src/platform/clock.ts";
import { systemFiles } from "../../src/platform/files.ts";
import { runProgram } from "../support/process.ts";
import { eventually } from "../support/eventually.ts";
import { manualClock } from "../support/manual-clock.ts";
import { mountDir } from "../output/support.ts";
import { tempDir } from "../support/temp.ts";
import { contentOf, following, watches } from "./support.ts";

test("1,000 writes in a row are told a few times, and the last is seen", async () => {
  await using dir = await tempDir();
  const path = await dir.write("app.conf", "0");
  await using follow = await following([path], contentOf(path));
  const began = performance.now();
  for (let index = 1; index <= 1_000; index++) await writeFile(path, `${index}`);
  await follow.sees("1000");
  const bound = 3 + (performance.now() - began) / 100;
  assert.ok(follow.seen.length <= bound, `${follow.seen.length} times, at most ${bound} expected`);
});

test("A file that is never quiet is told all the same", async () => {
  await using dir = await tempDir();
  const path = await dir.write("app.conf", "");
  await using follow = await following([path], contentOf(path));
  await eventually(async () => {
    await appendFile(path, "x");
    assert.ok(follow.seen.length >= 3);
  });
});

test("Changes of other files in the same directory are not told", async () => {
  await using dir = await tempDir();
  const path = await dir.write("app.conf", "1");
  await using follow = await following([path], contentOf(path));
  for (let index = 0; index < 300; index++) await dir.write("app.log", `${index}`);
  for (let index = 0; index < 50; index++) await rename(await dir.write("new", "x"), dir.join("other"));
  await writeFile(path, "2");
  await follow.sees("2");
  assert.deepEqual(follow.seen, ["1", "2"]);
});

test("A file system that tells nothing is looked at every 30 seconds", async () => {
  await using dir = await mountDir();
  const clock = manualClock();
  const source = await dir.write("host/app.conf", "1");
  const path = await dir.write("etc/app.conf", "");
  await using follow = await following([path], contentOf(path), clock);
  // Neither the directory nor the file under the mount tells that something was mounted over it.
  await dir.mount("--bind", source, path);
  await eventually(async () => {
    await clock.advance(29_000);
    await clock.advance(1_000);
    assert.deepEqual(follow.seen, ["", "1"]);
  });
  for (let minutes = 0; minutes < 3; minutes++) await clock.advance(60_000);
  assert.deepEqual(follow.seen, ["", "1"]);
});

test("An abort ends it and leaves no watch and no timer", async () => {
  await using dir = await tempDir();
  const path = await dir.write("app.conf", "1");
  const before = watches();
  const timers = new Set<object>();
  const clock: Clock = {
    ...systemClock,
    after(ms, callback) {
      const timer = {};
      timers.add(timer);
      const cancel = systemClock.after(ms, () => (timers.delete(timer), callback()));
      return () => (timers.delete(timer), cancel());
    },
  };
  for (const wait of [false, true]) {
    const stop = new AbortController();
    const times = chokidarFollower({ clock, files: systemFiles }).follow([path], stop.signal)[Symbol.asyncIterator]();
    if (wait) await times.next();
    const next = times.next();
    stop.abort();
    assert.equal((await next).done, true);
  }
  assert.equal(timers.size, 0);
  await eventually(() => assert.equal(watches(), before));
});

test("One that was aborted before it began tells nothing", async () => {
  for await (const _ of chokidarFollower({ clock: systemClock, files: systemFiles }).follow(["/none"], AbortSignal.abort())) assert.fail("told");
});

test("A program that followed a file ends by itself once it is aborted", async () => {
  await using dir = await tempDir();
  const path = await dir.write("app.conf", "1");
  const source = (name: string) => JSON.stringify(new URL(`../../src/${name}.ts`, import.meta.url).href);
  const program = `
    const [{ chokidarFollower }, { systemClock }, { systemFiles }] = [await import(${source("follow/chokidar-follower")}), await import(${source("platform/clock")}), await import(${source("platform/files")})];
    const stop = new AbortController();
    for await (const _ of chokidarFollower({ clock: systemClock, files: systemFiles }).follow([${JSON.stringify(path)}], stop.signal)) stop.abort();
    console.log("ended");`;
  const { code, stdout } = await runProgram([process.execPath, "--import", "tsx", "--input-type=module", "--eval", program]);
  assert.deepEqual([code, stdout], [0, "ended\n"]);
});

test("A flurry ends 100 ms after its last stir, and at most 500 ms after its first", async () => {
  const clock = manualClock();
  const quiet = quietMoments(clock);
  const began = clock.monotonic();
  let endedAt: number | undefined;
  void quiet.next(30_000).then(() => (endedAt = clock.monotonic() - began));
  for (let time = 0; time < 600; time += 50) {
    quiet.stir();
    await clock.advance(50);
  }
  assert.equal(endedAt, 500);
});

test("Watching anew leaves nothing at the signal", async () => {
  await using dir = await tempDir();
  const path = await dir.write("app.conf", "1");
  const stop = new AbortController();
  let listeners = 0;
  const add = stop.signal.addEventListener.bind(stop.signal);
  const remove = stop.signal.removeEventListener.bind(stop.signal);
  Object.assign(stop.signal, {
    addEventListener: (...args: Parameters<typeof add>) => (listeners++, add(...args)),
    removeEventListener: (...args: Parameters<typeof remove>) => (listeners--, remove(...args)),
  });
  let times = 0;
  for await (const _ of chokidarFollower({ clock: systemClock, files: systemFiles }).follow([path], stop.signal)) {
    assert.equal(listeners, 1);
    if (++times === 4) stop.abort();
    else await rename(await dir.write("new", `${times}`), path);
  }
  assert.equal(listeners, 0);
});
