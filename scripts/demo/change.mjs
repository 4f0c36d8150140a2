import { existsSync, readFileSync, statSync } from "node:fs";
import { eventually } from "./eventually.mjs";

/** Remembers a target as it is now; `seen` waits until it changed and its service was reloaded. */
export function changeOf(target, reloads) {
  const [before, inodeBefore, reloadsBefore] = [readFileSync(target, "utf8"), statSync(target).ino, linesOf(reloads).length];
  return {
    async seen() {
      const after = await eventually(`${target} changes`, () => {
        const text = readFileSync(target, "utf8");
        return text === before ? undefined : text;
      });
      const reload = await eventually("the service is reloaded", () => linesOf(reloads)[reloadsBefore]);
      return { before, after, inodeBefore, inodeAfter: statSync(target).ino, reload };
    },
  };
}

function linesOf(file) {
  return existsSync(file) ? readFileSync(file, "utf8").split("\n").filter((line) => line !== "") : [];
}
