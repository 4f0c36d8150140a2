import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./run.mjs";

const FOLDER = join(ROOT, "src/page");

/** An esbuild plugin: the page that a browser is shown lies in the bundle, as one text. */
export const embedPage = {
  name: "embed-page",
  setup(build) {
    build.onLoad({ filter: /[\\/]src[\\/]cli[\\/]page\.ts$/ }, async () => ({ contents: `export const PAGE = ${JSON.stringify(await buildPage())};`, loader: "js" }));
  },
};

/** The page with its style and its script in it. */
export async function buildPage() {
  const { build } = await import("esbuild");
  const { outputFiles } = await build({
    entryPoints: { page: join(FOLDER, "main.ts"), style: join(FOLDER, "page.css") },
    outdir: FOLDER,
    bundle: true,
    write: false,
    minify: true,
    format: "iife",
    target: ["chrome110", "firefox110", "safari16"],
    logLevel: "warning",
  });
  const text = (ending) => outputFiles.find(({ path }) => path.endsWith(ending)).text.trim();
  const html = readFileSync(join(FOLDER, "page.html"), "utf8");
  return html.replace("<style></style>", () => `<style>${text(".css")}</style>`).replace("<script></script>", () => `<script>${text(".js")}</script>`);
}
