import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { parseArguments } from "../../src/cli/confd/arguments.ts";
import { type ConfdOption, OPTIONS, tomlKeys } from "../../src/cli/confd/options.ts";
import { translate } from "../../src/cli/confd/translate.ts";
import type { Outside } from "../../src/cli/command.ts";
import { systemFiles } from "../../src/platform/files.ts";
import { tempDir } from "../support/temp.ts";

type Env = Readonly<Record<string, string>>;

const SAMPLES: Readonly<Record<ConfdOption["kind"], string>> = { text: "/sample", list: "/sample:1", boolean: "true", seconds: "7", duration: "7s", number: "7" };
/** Options that take few values. */
const WORDS: Readonly<Record<string, string>> = { "log-level": "error", "log-format": "json", "failure-mode": "fail-fast", "auth-type": "token", scheme: "https", "metrics-addr": ":9100" };
/** Those that look for something that is not there. */
const ELSEWHERE = ["backend", "config-file", "srv-domain", "srv-record", "resource", "version"];
const BACKENDS = ["etcd", "consul", "redis", "zookeeper", "vault", "file", "env"];

const sample = (option: ConfdOption) => WORDS[option.name] ?? (option.name === "node" ? "h:1" : SAMPLES[option.kind]);

describe("an option of confd's means the same wherever it is given", () => {
  test("as a flag, as each of its variables and by each of its names in confd.toml, for each backend", async () => {
    await using directory = await tempDir();
    const translated = async (args: readonly string[], env: Env = {}) => {
      const outside = { cwd: directory.path, env: { REMORA_STATE_DIR: "/state", ...env }, uid: 0, hash: () => "", ports: { files: systemFiles } } as unknown as Outside;
      const { flags, compatible, warnings, values } = await translate(parseArguments(args), outside);
      return { flags, metrics: compatible.metrics, warnings: warnings.length, said: OPTIONS.map(({ name }) => [name, values.text(name), values.list(name), values.yes(name)]) };
    };
    let ways = 0;
    for (const backend of BACKENDS) {
      for (const option of OPTIONS.filter(({ name }) => !ELSEWHERE.includes(name))) {
        const common = ["-backend", backend, ...(backend === "file" && option.name !== "file" ? ["-file", "/data"] : []), "-config-file", await directory.write("confd.toml", "")];
        const expected = await translated([...common, `-${option.name}=${sample(option)}`]);
        for (const variable of option.env ?? []) {
          ways += 1;
          assert.deepEqual(await translated(common, { [variable]: sample(option) }), expected, `${variable} of ${backend}`);
        }
        for (const key of tomlKeys(option)) {
          ways += 1;
          await directory.write("confd.toml", `${key} = ${tomlText(option)}\n`);
          assert.deepEqual(await translated(common), expected, `${key} of ${backend}`);
        }
      }
    }
    assert.ok(ways > 500, `${ways} ways`);
  });
});

function tomlText(option: ConfdOption): string {
  const text = sample(option);
  if (option.kind === "list") return JSON.stringify([text]);
  return ["boolean", "seconds", "number"].includes(option.kind) ? text : JSON.stringify(text);
}
