import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { embedEtcdProto } from "./etcd-proto.mjs";
import { install } from "./install.mjs";
import { notices } from "./notices.mjs";
import { embedPage } from "./page.mjs";
import { embedReadyMade } from "./ready-made.mjs";
import { ROOT } from "./run.mjs";

const HASHBANG = "#!/usr/bin/env node\n";
// Packages that are CommonJS ask for Node's own modules by require, which ES modules do not have.
const REQUIRE = 'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);';

// What scripts/build-exe.mjs put beside the bundle.
const EXECUTABLE = /^remora(-|$)/;

/** Bundles an entry, the program unless another is given, to main.js in a folder that runs from any place without node_modules. */
export async function build({ entry = join(ROOT, "src/main.ts"), outdir = join(ROOT, "dist") } = {}) {
  const { build: bundle } = await import("esbuild");
  const { outputFiles, metafile } = await bundle({
    entryPoints: { main: entry },
    outdir,
    absWorkingDir: ROOT,
    bundle: true,
    write: false,
    format: "esm",
    platform: "node",
    target: "node20",
    // What is imported when it is first used stays a file of its own.
    splitting: true,
    chunkNames: "chunks/[name]-[hash]",
    keepNames: true,
    // Their licences go into one file beside the program.
    legalComments: "none",
    metafile: true,
    banner: { js: REQUIRE },
    // Packages would else print what they do where the environment, or Bun's compiler, says "development".
    define: { __REMORA_VERSION__: JSON.stringify(version()), "process.env.NODE_ENV": '"production"' },
    plugins: [embedEtcdProto, embedPage, embedReadyMade],
    logLevel: "warning",
  });
  const main = join(outdir, "main.js");
  const files = new Map(outputFiles.map(({ path, text }) => [path, path === main ? withHashbang(text) : text]));
  // Where dist/ is copied alone, Node would else take main.js for CommonJS.
  files.set(join(outdir, "package.json"), '{ "type": "module" }\n');
  files.set(join(outdir, "THIRD-PARTY.txt"), notices(metafile.inputs));
  replaceFiles(outdir, files);
  chmodSync(main, 0o755);
  return main;
}

function version() {
  return JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")).version;
}

function withHashbang(text) {
  return text.startsWith("#!") ? text : HASHBANG + text;
}

// What did not change is left alone: a program that was started from here may still import its parts.
function replaceFiles(outdir, files) {
  for (const [path, text] of files) {
    if (existsSync(path) && readFileSync(path, "utf8") === text) continue;
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  for (const entry of readdirSync(outdir, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath ?? entry.path, entry.name);
    if (entry.isFile() && !files.has(path) && !EXECUTABLE.test(entry.name)) rmSync(path);
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  await install();
  const [entry, outdir] = process.argv.slice(2).map((path) => resolve(path));
  await build({ entry, outdir });
}
