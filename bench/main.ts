import { randomBytes } from "node:crypto";
import { chmod } from "node:fs/promises";
import { toKey } from "../src/core/key.ts";
import { formatPrivateKeyFile, generateKey } from "../src/secrets/keys.ts";
import { seal } from "../src/secrets/seal.ts";
import { tempDir } from "../test/support/temp.ts";
import { type Contender, contenders, type Setup, type StoreName } from "./contenders.ts";
import { measureOnce } from "./once.ts";
import { type BenchStore, fill, openStore } from "./stores.ts";
import { formatTable, type Row } from "./table.ts";
import { measureChanges, measureIdle } from "./watch.ts";

// Started by scripts/bench.mjs, which builds what is measured.

const FEW_KEYS = 10;
const MANY_KEYS = 1_000;
const SECRET_BYTES = 1_024;
const UNIT_COUNTS = [1, 50];

const { present, absent } = contenders();
for (const sentence of absent) console.log(sentence);
const rows: Row[] = [];

await withStore("etcd", FEW_KEYS, async (store) => {
  const once = await forEach((contender) => inFolder(store, 1, (setup) => measureOnce(contender, setup)));
  add(`One-shot, ${FEW_KEYS} keys: wall time`, "ms", once.map((figures) => figures?.ms));
  add(`One-shot, ${FEW_KEYS} keys: peak memory`, "MiB", once.map((figures) => figures?.peakMib));
  const idle = await forEach((contender) => inFolder(store, 1, (setup) => measureIdle(contender, setup)));
  add(`Idle, ${FEW_KEYS} keys: memory (RSS)`, "MiB", idle.map((figures) => figures?.rssMib));
  add(`Idle, ${FEW_KEYS} keys: private memory`, "MiB", idle.map((figures) => figures?.privateMib));
});

for (const name of ["etcd", "consul"] as const) {
  await withStore(name, MANY_KEYS, async (store) => {
    for (const units of UNIT_COUNTS) {
      const figures = await forEach((contender) => inFolder(store, units, (setup) => measureChanges(contender, setup, store)));
      const title = `${name}, ${MANY_KEYS} keys, ${units} ${units === 1 ? "unit" : "units"}`;
      add(`${title}: change to file p50`, "ms", figures.map((each) => each?.p50));
      add(`${title}: change to file p95`, "ms", figures.map((each) => each?.p95));
      add(`${title}: reads per change`, "", figures.map((each) => each?.readsPerChange));
      if (figures.some((each) => each !== undefined && each.lost > 0)) add(`${title}: changes not seen in 10 s`, "", figures.map((each) => each?.lost));
    }
  });
}

await using keys = await tempDir();
const sealing = generateKey();
const keyring = await keys.write("bench.key", formatPrivateKeyFile(sealing, "today"));
await chmod(keyring, 0o600);
const seals = (key: string) => seal({ content: Buffer.from(randomBytes(SECRET_BYTES / 2).toString("hex")), recipients: [sealing.publicKey], path: toKey(key) });
await using sealedStore = await openStore("etcd");
await fill(sealedStore, MANY_KEYS, seals);
const sealed = await forEach((contender) => inFolder(sealedStore, 1, (setup) => (contender.opens ? measureOnce(contender, { ...setup, keyring }) : Promise.resolve(undefined))));
add(`One-shot, ${MANY_KEYS} sealed values of 1 KiB: wall time`, "ms", sealed.map((figures) => figures?.ms));
add(`One-shot, ${MANY_KEYS} sealed values of 1 KiB: peak memory`, "MiB", sealed.map((figures) => figures?.peakMib));

console.log("");
console.log(formatTable(present.map(({ name }) => name), rows, "confd"));
console.log("\nIn brackets: as a multiple of confd. Remora's wait.min is 0 here, fsync is on; confd does not sync.");
console.log("A read on Consul includes the blocking query that waits for the next change.");

function add(measure: string, unit: string, values: (number | undefined)[]): void {
  rows.push({ measure, unit, values });
}

async function withStore(name: StoreName, keys: number, measure: (store: BenchStore) => Promise<void>): Promise<void> {
  await using store = await openStore(name);
  await fill(store, keys);
  await measure(store);
}

async function inFolder<T>(store: BenchStore, units: number, measure: (setup: Setup) => Promise<T>): Promise<T> {
  await using folder = await tempDir();
  return await measure({ store: store.name, url: store.url, directory: folder.path, units });
}

/** Measures one contender after the other; one that fails says so and leaves a gap. */
async function forEach<T>(measure: (contender: Contender) => Promise<T>): Promise<(T | undefined)[]> {
  const figures: (T | undefined)[] = [];
  for (const contender of present) {
    console.log(`Measuring ${contender.name}`);
    figures.push(await measure(contender).catch((error: Error) => void console.log(error.message)));
  }
  return figures;
}
