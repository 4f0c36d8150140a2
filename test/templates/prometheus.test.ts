import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { runProgram } from "../support/process.ts";
import { requireProgram } from "../support/requires.ts";
import { tempDir } from "../support/temp.ts";
import { HOSTILE, type Registered, renderServices } from "./rendering.ts";

describe("templates/prometheus", () => {
  test("without any service there is an empty list, which is valid", async () => {
    assert.deepEqual(await targets({}), []);
  });

  test("instances with the tag are targets, with their other tags for labels", async () => {
    const found = await targets({
      web: [
        { id: "web-1", address: "10.0.0.5", port: 8080, tags: ["prometheus", "env=prod", "version=a=b", "edge"] },
        { id: "web-2", address: "2001:db8::1", port: 8080, tags: ["prometheus"], meta: { metrics_path: "/internal/metrics", metrics_scheme: "https" } },
        { id: "web-3", address: "10.0.0.7", port: 8080, tags: ["env=prod"] },
        { id: "web-4", address: "10.0.0.8", port: 8080, tags: ["prometheus"], status: "critical" },
      ],
    });

    assert.deepEqual(found, [
      { targets: ["10.0.0.5:8080"], labels: { env: "prod", service: "web", version: "a=b" } },
      { targets: ["[2001:db8::1]:8080"], labels: { __metrics_path__: "/internal/metrics", __scheme__: "https", service: "web" } },
    ]);
  });

  test("no tag moves a target or takes its service's name", async () => {
    const found = await targets({ web: [{ id: "web-1", address: "10.0.0.5", port: 80, tags: ["prometheus", "__address__=10.0.0.9:80", "service=db", "a b=c", "=d", "9=e"] }] });

    assert.deepEqual(found, [{ targets: ["10.0.0.5:80"], labels: { service: "web" } }]);
  });

  test("hostile values stay values", async () => {
    const web = HOSTILE.flatMap((value, n): Registered[] => [
      { id: `${n}`, address: "10.0.0.5", port: 1 + n, tags: ["prometheus", `label=${value}`, `${value}=x`], meta: { metrics_path: value, metrics_scheme: value } },
      { id: `address ${n}`, address: value, port: 80, tags: ["prometheus"] },
    ]);
    const found = await targets({ web });

    // One of them is an address.
    const expected = HOSTILE.flatMap((value) => (value === "10.0.0.9" ? [value, value] : [value]));
    assert.deepEqual(found.map(({ labels }) => labels["label"]).filter((label) => label !== undefined).sort(), [...HOSTILE].sort());
    assert.equal(found.length, expected.length);
    assert.deepEqual(new Set(found.flatMap(({ labels }) => Object.keys(labels))), new Set(["label", "service", "x".repeat(10_000)]));
  });

  test("a scrape interval that is none is refused, and adds nothing", async () => {
    for (const value of HOSTILE.filter((one) => one !== "")) {
      const { code, stderr } = await checked({}, { "/prometheus/scrape_interval": value });
      assert.equal(code, 1, value);
      assert.match(stderr, /not a valid duration|empty duration|control characters/);
    }
  });

  test("a wrong targets file is refused with the configuration", async () => {
    const { code } = await checked({}, {}, '{"targets": []}\n');
    assert.equal(code, 1);
  });
});

interface Group {
  readonly targets: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
}

type Services = Readonly<Record<string, readonly Registered[]>>;

/** The groups of targets, after promtool found them valid. */
async function targets(services: Services): Promise<Group[]> {
  const text = renderServices("prometheus/remora-targets.json.njk", services);
  const { code, stderr } = await checked(services);
  assert.equal(code, 0, stderr);
  return JSON.parse(text);
}

async function checked(services: Services, keys: Readonly<Record<string, string>> = {}, targetsFile = renderServices("prometheus/remora-targets.json.njk", services)) {
  await using stage = await tempDir();
  const file = await stage.write("prometheus.yml", renderServices("prometheus/prometheus.yml.njk", {}, keys));
  await stage.write("remora-targets.json", targetsFile);
  return await runProgram([requireProgram("promtool"), "check", "config", file]);
}
