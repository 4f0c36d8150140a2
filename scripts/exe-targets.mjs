import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./run.mjs";

/** The target that is built where none is asked for. */
export const DEFAULT_TARGET = "linux-x64";

/** What an executable can be built for: the npm package that holds Bun for it, and the checksum of the Bun release that was tried. The ones for x64 run on processors without AVX2. */
export const TARGETS = {
  "linux-x64": { package: "@oven/bun-linux-x64-baseline", integrity: "sha512-s8yMwYcFnnrA178gji0gZbkE2WVDej/Ti1x770oPfihxyRxSMNhGhiAQNXV53aDeraZxksdvKV/RAdQBCd0qPA==" },
  "linux-x64-musl": { package: "@oven/bun-linux-x64-musl-baseline", integrity: "sha512-cWJhU8h0+MiUgpSt99sQhjxLIIosKEcKYdtKddohokUvAuN6jKOy7g7+QDTZTXtwHxz93wL3BX+L6wXVPDUH3A==" },
  "linux-arm64": { package: "@oven/bun-linux-aarch64", integrity: "sha512-4BXmsSKnjOrlGWqZV4x/oWa7AVoR+B6lCXddMzOAXBIm3t50eslg9wb66gmtW1AamEQ1l1CDvmmruysEhqOWMg==" },
  "linux-arm64-musl": { package: "@oven/bun-linux-aarch64-musl", integrity: "sha512-XCNc+WvvMAdNNb+OWTogpy+N9wm62fkVeEVLb6how0RZhW5LPi6c7BlkeVCuWps7XjEl2saFpHFa20/1E+PAHg==" },
};

/** The version of Bun that package-lock.json names; compiler and runtime must be of the same one. */
export function bunVersion() {
  return JSON.parse(readFileSync(join(ROOT, "package-lock.json"), "utf8")).packages["node_modules/bun"].version;
}
