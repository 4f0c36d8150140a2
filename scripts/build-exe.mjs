import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "./build.mjs";
import { bringRuntime } from "./bun-runtime.mjs";
import { DEFAULT_TARGET, TARGETS } from "./exe-targets.mjs";
import { install } from "./install.mjs";
import { ROOT, run } from "./run.mjs";

const CACHE = join(ROOT, ".cache/exe");
// One that another process may just be about to start is not taken away.
const KEPT_MS = 15 * 60_000;

// How much longer than usual code is interpreted before it is compiled: most of Remora's runs a few times only. See docs/performance.md.
const JIT_RELUCTANCE = 20;

/** Compiles the program to one executable, where none of the same sources is there already; answers its path below .cache. */
export async function buildExe(target = DEFAULT_TARGET) {
  if (TARGETS[target] === undefined) throw new Error(`Cannot build for "${target}": the targets are ${Object.keys(TARGETS).join(", ")}`);
  const path = join(CACHE, `remora-${target}-${hashOfInputs()}`);
  if (existsSync(path)) return path;
  mkdirSync(CACHE, { recursive: true });
  const work = mkdtempSync(join(CACHE, "work-"));
  try {
    await compile(await build({ outdir: join(work, "bundle") }), bringRuntime(target), join(work, "remora"));
    renameSync(join(work, "remora"), path);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  forgetOld(target, path);
  return path;
}

async function compile(bundle, runtime, outfile) {
  const flags = [
    "--compile",
    "--bytecode",
    "--format=esm",
    // What is imported when it is first used stays unread until then.
    "--splitting",
    "--target=bun",
    `--compile-executable-path=${runtime}`,
    // Bun would else read them from the folder it is started in, and run what the second one names.
    "--no-compile-autoload-dotenv",
    "--no-compile-autoload-bunfig",
    `--compile-jit-policy=${JIT_RELUCTANCE}`,
  ];
  const status = await run(join(ROOT, "node_modules/.bin/bun"), ["build", ...flags, `--outfile=${outfile}`, bundle], { stdio: ["ignore", "ignore", "inherit"] });
  if (status !== 0) throw new Error('Cannot compile the executable: "bun build" failed, see above');
}

function hashOfInputs() {
  const below = (folder) => readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath ?? entry.path, entry.name));
  const builders = ["build", "build-exe", "bun-runtime", "etcd-proto", "exe-targets", "page", "ready-made"].map((name) => join(ROOT, `scripts/${name}.mjs`));
  const hash = createHash("sha256");
  for (const file of [...below("src").sort(), ...below("templates").sort(), ...builders, join(ROOT, "package.json"), join(ROOT, "package-lock.json")]) hash.update(`${file.slice(ROOT.length)}\0`).update(readFileSync(file)).update("\0");
  return hash.digest("hex").slice(0, 16);
}

function forgetOld(target, newest) {
  const pattern = new RegExp(`^remora-${target}-[0-9a-f]{16}$`);
  for (const name of readdirSync(CACHE).filter((each) => pattern.test(each))) {
    const path = join(CACHE, name);
    if (path !== newest && Date.now() - statSync(path).mtimeMs > KEPT_MS) rmSync(path, { force: true });
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  await install();
  const target = process.argv.slice(2).find((word) => word.startsWith("--target="))?.slice("--target=".length) ?? DEFAULT_TARGET;
  const built = await buildExe(target);
  const path = join(ROOT, "dist", target === DEFAULT_TARGET ? "remora" : `remora-${target}`);
  mkdirSync(join(ROOT, "dist"), { recursive: true });
  // One that runs cannot be written to.
  rmSync(path, { force: true });
  copyFileSync(built, path);
  console.log(`Built ${path.slice(ROOT.length)}`);
}
