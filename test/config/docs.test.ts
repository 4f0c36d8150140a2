import assert from "node:assert/strict";
import { test } from "node:test";
import { configurationPage, errorsPage } from "../../src/config/docs.ts";
import { envName, flagName, SETTINGS } from "../../src/config/settings.ts";
import { CONFD_KEYS } from "../../src/config/unit-keys.ts";
import { ERRORS } from "../../src/core/error.ts";

test("configurationPage() has a row for each setting, with its variable and flag", () => {
  const page = configurationPage();
  for (const name of Object.keys(SETTINGS)) assert.match(page, new RegExp(`^\\| .* \\| \`${envName(name)}\` \\| \`--${flagName(name)}\` \\|`, "m"));
});

test("configurationPage() has a row for each key of a unit", () => {
  const page = configurationPage();
  for (const key of Object.keys(CONFD_KEYS)) assert.ok(page.includes(`| \`${key}\` |`), key);
});

test("errorsPage() has a row for each code", () => {
  const page = errorsPage();
  for (const [code, { exit, summary }] of Object.entries(ERRORS)) assert.ok(page.includes(`| \`${code}\` | ${exit} |`) && page.includes(summary), code);
});
