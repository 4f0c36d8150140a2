import { randomBytes } from "node:crypto";
import type { Random } from "../core/ports.ts";

/** The machine's randomness. */
export const systemRandom: Random = {
  fraction: () => Math.random(),
  hex: (bytes) => randomBytes(bytes).toString("hex"),
};
