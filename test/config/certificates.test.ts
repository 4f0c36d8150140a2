import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { loadSettings } from "../../src/config/load.ts";
import { AppError, describeError } from "../../src/core/error.ts";
import { systemFiles } from "../../src/platform/files.ts";
import { tempDir } from "../support/temp.ts";

const SEALED = '[secrets]\nrecipients = ["remora-public-key:v1:A"]\n';

async function load(toml: string, env: Record<string, string> = {}) {
  await using dir = await tempDir();
  await dir.write("remora.toml", toml);
  return (await loadSettings({ files: systemFiles, confdir: dir.path, env, flags: {} })).settings.certificates;
}

/** What loading complains of, without the name of the file. */
async function complaint(toml: string): Promise<string> {
  try {
    await load(toml);
  } catch (thrown) {
    assert.ok(thrown instanceof AppError);
    return describeError(thrown).replaceAll(/"?\/[^"]*remora.toml"?/g, "FILE");
  }
  return assert.fail("it was taken");
}

describe("[[certificate]]", () => {
  test("has defaults for all but its name and place", async () => {
    assert.deepEqual(await load(`${SEALED}[[certificate]]\nname = "a"\nkey_prefix = "/ssl"\n`), [{ name: "a", keyPrefix: "/ssl", sans: [], days: 365, ca: undefined, rsa: undefined, recipients: [] }]);
  });

  test("takes everything that the command takes, of other backends too", async () => {
    const toml = '[[certificate]]\nname = "a"\nkey_prefix = "consul:/ssl"\nsan = ["a", "10.0.0.1"]\ndays = 30\nca = "/ca"\nrsa = 2048\nrecipients = ["web.pub"]\n';
    assert.deepEqual(await load(toml), [{ name: "a", keyPrefix: "consul:/ssl", sans: ["a", "10.0.0.1"], days: 30, ca: "/ca", rsa: 2048, recipients: ["web.pub"] }]);
  });

  test("is for this container where it says {{ hostname }}", async () => {
    const toml = `${SEALED}[[certificate]]\nname = "{{ hostname }}"\nkey_prefix = "/ssl/{{hostname}}"\nsan = ["{{ hostname }}.local"]\n`;
    const [certificate] = await load(toml, { HOSTNAME: "c1" });
    assert.deepEqual([certificate?.name, certificate?.keyPrefix, certificate?.sans], ["c1", "/ssl/c1", ["c1.local"]]);
    assert.match(await complaint(toml), /name: \{\{ hostname \}\} is not known, as the variable HOSTNAME is not set/);
  });

  const WRONG: readonly (readonly [string, string, RegExp])[] = [
    ["a key that is not known", 'name = "a"\nkey_prefx = "/ssl"', /FILE:5:1: Cannot read FILE: key "key_prefx" is not known\n.*\n.*\n +hint: Did you mean "key_prefix"\?/],
    ["a bad name", 'name = "a"\nkey_prefix = "/ssl"\nsan = ["good", "not good"]', /FILE:6:16: .*san: "not good" is not a DNS name or an IP address/],
    ["no days", 'name = "a"\nkey_prefix = "/ssl"\ndays = 0', /FILE:6:8: .*days: 0 is not a whole number from 1 to 36500/],
    ["an RSA key that is too short", 'name = "a"\nkey_prefix = "/ssl"\nrsa = 1024', /rsa: 1024 is not one of 2048, 3072/],
    ["a subject that is no host", 'name = "My Service"\nkey_prefix = "/ssl"', /"My Service" is not a DNS name or an IP address, and san names none/],
    ["two in one place", 'name = "a"\nkey_prefix = "/ssl"\n[[certificate]]\nname = "b"\nkey_prefix = "/ssl"', /FILE:8:14: .*another certificate is at "\/ssl"/],
  ];
  for (const [what, keys, message] of WRONG) {
    test(`is refused with ${what}, where that stands`, async () => {
      assert.match(await complaint(`${SEALED}\n[[certificate]]\n${keys}\n`.replace("\n\n", "\n")), message);
    });
  }

  test("is refused when nobody could open its private key", async () => {
    assert.match(await complaint('[[certificate]]\nname = "a"\nkey_prefix = "/ssl"\n'), /nobody is named who may open its private key/);
  });

  test("is suggested to who writes it almost", async () => {
    assert.match(await complaint('[[certificates]]\nname = "a"\n'), /Did you mean "certificate"\?/);
    assert.match(await complaint("certificate = 1\n"), /certificate: this is not a table/);
  });
});
