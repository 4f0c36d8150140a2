import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { loadConfiguration } from "../../src/config/load.ts";
import { systemFiles } from "../../src/platform/files.ts";
import { tempDir } from "../support/temp.ts";
import { TEMPLATES } from "./rendering.ts";

describe("templates/", () => {
  for (const name of readdirSync(TEMPLATES).sort()) {
    const files = readdirSync(join(TEMPLATES, name));
    const read = (file: string) => readFileSync(join(TEMPLATES, name, file), "utf8");

    test(`${name} has a README, a unit and a test of its own`, () => {
      assert.ok(files.includes("README.md"), `Add templates/${name}/README.md, see docs/adding.md`);
      assert.ok(files.includes(`${name}.toml`), `Add the unit templates/${name}/${name}.toml`);
      assert.ok(readdirSync(import.meta.dirname).includes(`${name}.test.ts`), `Add test/templates/${name}.test.ts`);
    });

    for (const unitFile of files.filter((file) => file.endsWith(".toml"))) {
      test(`${name}/${unitFile} is a sound unit of templates that are there`, async () => {
        await using confdir = await tempDir();
        await confdir.write(`conf.d/${unitFile}`, read(unitFile));
        const { configuration } = await loadConfiguration({ files: systemFiles, env: {}, flags: {}, confdir: confdir.path });

        const sources = configuration.units.flatMap(({ templates }) => templates.map(({ src }) => src));
        assert.notEqual(sources.length, 0);
        assert.deepEqual(sources.filter((source) => !files.includes(source)), []);
      });
    }

    test(`the README of ${name} names each key that its templates read`, () => {
      const readme = read("README.md");
      const keys = files.filter((file) => file.endsWith(".njk")).flatMap((file) => [...read(file).matchAll(/\b(?:getv?|exists|gets|getvs|ls)\("(?:consul:)?(\/[^"*]*?)(?:\/\*)?"/g)].map((found) => found[1] ?? ""));
      const unnamed = keys.filter((key) => !readme.includes(`\`${key}`));
      assert.deepEqual(unnamed, [], `templates/${name}/README.md does not name ${unnamed.join(", ")}`);
    });
  }
});
