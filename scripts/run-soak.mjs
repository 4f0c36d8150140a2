import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { startEtcd } from "../test/support/etcd.ts";
import { eventually } from "../test/support/eventually.ts";
import { held } from "../test/support/faults.ts";
import { project } from "../test/support/remora.ts";

// One `remora run` with ten units on etcd: 20 changes a second, and each minute an outage of 5 s and a SIGHUP. Started by scripts/soak.mjs.

const MINUTES = Number(process.argv[2] ?? 15);
const UNITS = 10;
const CHANGES_PER_SECOND = 20;
const OUTAGE_MS = 5_000;
/** The heap is still growing into its size before. */
const WARM_UP = 0.2;
const STEEPEST_MIB_PER_HOUR = 30;

const etcd = await startEtcd();
for (let unit = 0; unit < UNITS; unit++) await etcd.put(`/unit/${unit}`, "0");
const files = Object.fromEntries(Array.from({ length: UNITS }, (_, unit) => [`conf.d/unit-${unit}.toml`, `[template]\nsrc = "unit-${unit}.njk"\ndest = "$DIR/out/${unit}.conf"\nreload_cmd = "true"\n`]));
const templates = Object.fromEntries(Array.from({ length: UNITS }, (_, unit) => [`templates/unit-${unit}.njk`, `{{ getv("/unit/${unit}") }}\n`]));
const app = await project({ "conf.d/app.toml": "", ...files, ...templates });
const running = await app.start(["--backend", "etcd", "--etcd-endpoints", etcd.url, "--log-level", "warn"]);
await eventually(() => expectFiles("0"), { within: 20_000 });

const before = held(running.pid);
const [samples, last] = [[], new Array(UNITS).fill("0")];
const began = performance.now();
const elapsed = () => (performance.now() - began) / 60_000;
let [changes, outages, hups] = [0, 0, 0];

for (let minute = 0; minute < MINUTES; minute++) {
  running.signal("SIGHUP");
  hups += 1;
  await change(minute + 0.5);
  await etcd.kill();
  await sleep(OUTAGE_MS);
  await etcd.start();
  outages += 1;
  await change(minute + 1);
}
await eventually(() => expectFiles(), { within: 20_000 });
const after = await eventually(
  () => {
    const now = held(running.pid);
    if (now.children.length > 0 || now.descriptors > before.descriptors) throw new Error(`${now.descriptors} descriptors, ${before.descriptors} before; children: ${now.children.join(" ")}`);
    return now;
  },
  { within: 10_000 },
).catch((error) => error);
const slope = slopeOf(samples.filter(([at]) => at > MINUTES * WARM_UP)) * 60;
await running.stop();
await app[Symbol.asyncDispose]();
await etcd[Symbol.asyncDispose]();

console.log(`${MINUTES} min: ${changes} changes, ${outages} outages of ${OUTAGE_MS / 1_000} s, ${hups} SIGHUPs; every last value is on disk`);
console.log(`resident memory ${before.memory} MiB at the start, ${samples.at(-1)[1]} MiB at the end, slope ${slope.toFixed(1)} MiB an hour after the first ${WARM_UP * 100} %`);
console.log(after instanceof Error ? `left over: ${after.message}` : `descriptors ${before.descriptors} -> ${after.descriptors}, no child left`);
const isFlat = slope <= STEEPEST_MIB_PER_HOUR;
if (!isFlat) console.log(`The memory is not flat: more than ${STEEPEST_MIB_PER_HOUR} MiB an hour`);
process.exitCode = isFlat && !(after instanceof Error) ? 0 : 1;

/** Changes units in turn until the minute, and looks at the memory once a second. */
async function change(until) {
  while (elapsed() < until) {
    for (let one = 0; one < CHANGES_PER_SECOND; one++) {
      const unit = changes++ % UNITS;
      last[unit] = String(changes);
      await etcd.put(`/unit/${unit}`, last[unit]);
      await sleep(1_000 / CHANGES_PER_SECOND);
    }
    samples.push([elapsed(), held(running.pid).memory]);
  }
}

function expectFiles(value) {
  const names = readdirSync(app.directory.join("out"));
  if (names.length !== UNITS) throw new Error(`${names.length} files`);
  for (let unit = 0; unit < UNITS; unit++) {
    const text = readFileSync(app.directory.join(`out/${unit}.conf`), "utf8");
    if (text !== `${value ?? last[unit]}\n`) throw new Error(`unit ${unit} has ${text}, not ${value ?? last[unit]}`);
  }
}

/** Least squares, in MiB a minute. */
function slopeOf(points) {
  const mean = (index) => points.reduce((sum, point) => sum + point[index], 0) / points.length;
  const [x, y] = [mean(0), mean(1)];
  return points.reduce((sum, [at, memory]) => sum + (at - x) * (memory - y), 0) / points.reduce((sum, [at]) => sum + (at - x) ** 2, 0);
}
