import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { ROOT } from "./run.mjs";

const CACHE = join(ROOT, ".cache");
const FOLDER = "tests-";
// A run lasts an hour at most: what is older was left behind by one that was killed.
const KEPT_MS = 2 * 60 * 60_000;

/** Compiles test files to a folder below .cache: a loader that compiles what each imports costs each half a second. */
export async function compileTests(files) {
  const { build } = await import("esbuild");
  mkdirSync(CACHE, { recursive: true });
  forgetOld();
  const outdir = mkdtempSync(join(CACHE, FOLDER));
  await build({
    entryPoints: files.map((file) => join(ROOT, file)),
    outdir,
    outbase: ROOT,
    absWorkingDir: ROOT,
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node20",
    packages: "external",
    splitting: true,
    chunkNames: "chunks/[name]-[hash]",
    outExtension: { ".js": ".mjs" },
    keepNames: true,
    sourcemap: true,
    sourcesContent: false,
    plugins: [whereTheyLay],
    logLevel: "warning",
  });
  const sourceOf = (path) => (path?.startsWith(outdir) ? join(ROOT, relative(outdir, path).replace(/\.mjs$/, ".ts")) : path);
  return {
    compiled: (file) => join(outdir, file.replace(/\.ts$/, ".mjs")),
    /** An event of node's test runner, which names a file that was compiled, as one of its source. */
    ofSource: (event) => ({ ...event, file: sourceOf(event.file), name: sourceOf(event.name) }),
    remove: () => rmSync(outdir, { recursive: true, force: true }),
  };
}

/** What lies beside a source file is found from the source, not from what it was compiled to. */
const whereTheyLay = {
  name: "where-they-lay",
  setup(build) {
    build.onLoad({ filter: /\.ts$/ }, ({ path }) => {
      const known = { url: pathToFileURL(path).href, dirname: dirname(path) };
      const contents = readFileSync(path, "utf8").replace(/\bimport\.meta\.(url|dirname)\b/g, (_, what) => JSON.stringify(known[what]));
      return { loader: "ts", contents };
    });
  },
};

function forgetOld() {
  for (const name of readdirSync(CACHE).filter((each) => each.startsWith(FOLDER))) {
    const path = join(CACHE, name);
    if (Date.now() - statSync(path).mtimeMs > KEPT_MS) rmSync(path, { recursive: true, force: true });
  }
}
