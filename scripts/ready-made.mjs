import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./run.mjs";

/** An esbuild plugin: what `remora init` copies lies in the bundle, so that the executable has it too. */
export const embedReadyMade = {
  name: "embed-ready-made",
  setup(build) {
    build.onLoad({ filter: /[\\/]src[\\/]cli[\\/]ready-made\.ts$/ }, () => {
      const folder = join(ROOT, "templates");
      const sets = readdirSync(folder).sort().map((name) => [name, filesOf(join(folder, name))]);
      return { contents: `export const READY_MADE = ${JSON.stringify(Object.fromEntries(sets))};`, loader: "js" };
    });
  },
};

function filesOf(folder) {
  return Object.fromEntries(readdirSync(folder).sort().map((name) => [name, readFileSync(join(folder, name), "utf8")]));
}
