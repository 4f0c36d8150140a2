import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { startEtcd } from "../support/etcd.ts";
import { eventually } from "../support/eventually.ts";
import { project } from "../support/remora.ts";

const RANGES = "etcd_debugging_mvcc_range_total";

function numbers(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${index}`.padStart(3, "0"));
}

test("a change of one key reads nothing from etcd, renews every file that loops over its prefix and renders no other unit", async () => {
  await using etcd = await startEtcd();
  await etcd.putMany(numbers(1_000).map((n) => `/up/${n}`), "10.0.0.1:80");
  await etcd.put("/other", "1");
  const loops = numbers(50).map((n) => [`conf.d/loop-${n}.toml`, `[template]\nsrc = "loop.njk"\ndest = "$DIR/out/loop-${n}"\n`]);
  const others = numbers(50).map((n) => [`conf.d/other-${n}.toml`, `[template]\nsrc = "other.njk"\ndest = "$DIR/out/other-${n}"\n`]);
  await using app = await project({
    "conf.d/app.toml": "",
    "templates/loop.njk": '{% for p in gets("/up/*") %}\n{{ p.key }} {{ p.value }}\n{% endfor %}\n',
    "templates/other.njk": '{{ getv("/other") }}\n',
    ...Object.fromEntries([...loops, ...others]),
  });
  await using running = await app.start(["--backend", "etcd", "--etcd-endpoints", etcd.url, "--log-level", "debug", "--reconcile", "0"]);
  await eventually(() => assert.equal(running.lines.filter(({ msg }) => msg === "Committed").length, 100), { within: 20_000 });
  const [ranges, from] = [await etcd.metric(RANGES), running.lines.length];

  for (const change of ["10.0.0.2:80", "10.0.0.3:80", "10.0.0.4:80"]) {
    await etcd.put("/up/500", change);
    await eventually(async () => {
      for (const n of numbers(50)) assert.match((await app.read(`out/loop-${n}`)) ?? "", new RegExp(`^/up/500 ${change}$`, "m"));
    });
  }

  assert.equal(await etcd.metric(RANGES), ranges, "no range request was made");
  const rendered = running.lines.slice(from).filter(({ msg }) => msg === "Rendered").map(({ unit }) => String(unit));
  assert.deepEqual([...new Set(rendered)].sort(), numbers(50).map((n) => `loop-${n}`));
});

test("300 puts in a moment lead to three reloads at most, and the last value is on disk", async () => {
  await using etcd = await startEtcd();
  await etcd.put("/value", "first");
  await using app = await project({ "templates/app.njk": '{{ getv("/value") }}\n' });
  // The waits that everybody has, not those of the other tests.
  await using running = await app.start(["--backend", "etcd", "--etcd-endpoints", etcd.url, "--wait-min", "100ms", "--wait-max", "2s"]);
  await running.waitForLog("Reloaded");
  const from = running.lines.length;
  await etcd.putMany(Array.from({ length: 300 }, () => "/value"), "storm");
  await etcd.put("/value", "last");
  await eventually(async () => assert.equal(await app.read("out/app.conf"), "last\n"));
  const since = () => running.lines.slice(from).filter(({ msg }) => msg === "Reloaded").length;
  await eventually(() => assert.ok(since() >= 1, "not yet"));
  await running.stop();
  assert.ok(since() <= 3, `${since()} reloads`);
});

test("a transaction over two keys in two files of one unit is never seen half after a reload", async () => {
  await using etcd = await startEtcd();
  const pair = (n: number) => etcd.putTogether({ "/left/value": `${n}`, "/right/value": `${n}` });
  await pair(0);
  await using app = await project({
    "templates/left.njk": '{{ getv("/left/value") }}\n',
    "templates/right.njk": '{{ getv("/right/value") }}\n',
    "conf.d/app.toml":
      '[unit]\nreload_cmd = "paste $DIR/out/left $DIR/out/right >> $DIR/seen"\n\n[[template]]\nsrc = "left.njk"\ndest = "$DIR/out/left"\n\n[[template]]\nsrc = "right.njk"\ndest = "$DIR/out/right"\n',
  });
  await using running = await app.start(["--backend", "etcd", "--etcd-endpoints", etcd.url, "--wait-min", "0", "--wait-max", "0"]);
  await running.waitForLog("Reloaded");
  for (let n = 1; n <= 60; n += 1) await pair(n);
  await eventually(async () => assert.match((await app.read("seen")) ?? "", /^60\t60$/m));
  await running.stop();
  const seen = (await readFile(app.directory.join("seen"), "utf8")).trimEnd().split("\n").map((line) => line.split("\t"));
  // On a slow machine most pairs come while a reload runs; the first and the last are seen on any.
  assert.ok(seen.length >= 2, `${seen.length} reloads`);
  assert.deepEqual(seen.filter(([left, right]) => left !== right), []);
});

test("files are not swapped while a reload reads them", async () => {
  await using etcd = await startEtcd();
  await etcd.putTogether({ "/left": "0", "/right": "0" });
  await using app = await project({
    "templates/left.njk": '{{ getv("/left") }}\n',
    "templates/right.njk": '{{ getv("/right") }}\n',
    "conf.d/app.toml":
      '[unit]\nreload_cmd = "L=$(cat $DIR/out/left); touch $DIR/reading; while [ ! -e $DIR/go ]; do sleep 0.02; done; echo $L $(cat $DIR/out/right) >> $DIR/seen"\n\n[[template]]\nsrc = "left.njk"\ndest = "$DIR/out/left"\n\n[[template]]\nsrc = "right.njk"\ndest = "$DIR/out/right"\n',
  });
  await using running = await app.start(["--backend", "etcd", "--etcd-endpoints", etcd.url, "--log-level", "debug"]);
  await eventually(async () => assert.notEqual(await app.read("reading"), undefined));
  const from = running.lines.length;
  await etcd.putTogether({ "/left": "1", "/right": "1" });
  await etcd.put("/left", "2");
  await etcd.putTogether({ "/left": "3", "/right": "3" });
  assert.deepEqual(running.lines.slice(from).filter(({ msg }) => msg === "Committed"), []);
  await app.write("go", "now");
  await eventually(async () => assert.equal(await app.read("seen"), "0 0\n3 3\n"));
});
