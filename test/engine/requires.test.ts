import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { loadSettings } from "../../src/config/load.ts";
import { formatDependency } from "../../src/core/dependency.ts";
import { planRequirement } from "../../src/engine/requires.ts";
import { systemFiles } from "../../src/platform/files.ts";
import { tempDir } from "../support/temp.ts";

/** Where a service is looked for. */
async function placeOf(service: string, text: string): Promise<string> {
  await using dir = await tempDir();
  await dir.write("remora.toml", text);
  const { settings } = await loadSettings({ files: systemFiles, confdir: dir.path, env: {}, flags: {} });
  return [...(planRequirement([service], settings)?.reads.values() ?? [])].map(formatDependency).join(" ");
}

describe("A service that is required", () => {
  const CASES: readonly (readonly [service: string, configuration: string, place: string])[] = [
    ["mysql", 'backend = "etcd"', "etcd:/mysql/..."],
    ["mysql", 'backend = "etcd"\nprefix = "/production"', "etcd:/mysql/..."],
    ["mysql", 'backend = "etcd"\n[registrar]\nlayout = "json"', "etcd:/services/mysql/..."],
    ["mysql", 'backend = "etcd"\n[registrar]\nlayout = "registrator"\nprefix = "/up"', "etcd:/up/mysql/..."],
    ["mysql", 'backend = "etcd"\n[registrar]\nlayout = "nerve"', "etcd:/nerve/services/mysql/..."],
    ["mysql", 'backend = "etcd"\n[registrar]\nlayout = "skydns2"\ndomain = "cluster.local"', "etcd:/skydns/local/cluster/mysql/..."],
    ["mysql", 'backend = "consul"', "consul:service:mysql"],
    ["mysql", 'backend = "etcd"\n[registrar]\nregistries = ["consul"]', "consul:service:mysql"],
    ["mysql", 'backend = "file"\n[registrar]\nregistries = ["etcd"]', "etcd:/mysql/..."],
    ["mysql", 'backend = "etcd"\n[registrar]\nregistries = ["consul-kv"]\nlayout = "json"', "consul:/services/mysql/..."],
    ["mysql", "", "file:/mysql/..."],
    ["consul:mysql", 'backend = "etcd"', "consul:service:mysql"],
    ["/services/mysql", 'backend = "etcd"\n[registrar]\nlayout = "own"\nkey = "/x"\nvalue = "y"', "etcd:/services/mysql/..."],
    ["consul:/a//b/mysql", "", "consul:/a/b/mysql/..."],
    ["/mysql", 'backend = "etcd"', "etcd:/mysql/..."],
  ];
  for (const [service, text, place] of CASES) {
    test(`${service} is looked for at ${place} with ${JSON.stringify(text)}`, async () => assert.equal(await placeOf(service, text), place));
  }

  test("is refused by its name alone where the layout does not say what belongs to it", async () => {
    await assert.rejects(placeOf("mysql", 'backend = "etcd"\n[registrar]\nlayout = "own"\nkey = "/x"\nvalue = "y"'), {
      code: "CONFIG_INVALID",
      message: 'Cannot look for service "mysql": the layout "own" does not say what belongs to it',
      hint: 'Say where it is: "etcd:/services/mysql"',
    });
  });
});
