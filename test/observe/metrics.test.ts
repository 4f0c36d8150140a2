import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { AppError } from "../../src/core/error.ts";
import { exposition, type Family } from "../../src/observe/exposition.ts";
import { METRICS } from "../../src/observe/metrics.ts";
import { runProgram } from "../support/process.ts";
import { requireProgram } from "../support/requires.ts";
import { ask } from "../support/status.ts";
import { fill } from "./reports.ts";
import { served } from "./support.ts";

/** What promtool finds wrong with a text. */
async function promtool(text: string): Promise<string> {
  const { stdout, stderr, code } = await runProgram([requireProgram("promtool"), "check", "metrics"], { input: text });
  return code === 0 ? "" : `${code}: ${stdout}${stderr}`;
}

describe("/metrics", () => {
  test("Is what promtool wants of names, types, units and format, with every metric there is", async (t) => {
    const { recorder, path } = await served(t);
    fill(recorder);
    const { body, headers } = await ask(path, "/metrics");
    assert.equal(headers["content-type"], "text/plain; version=0.0.4; charset=utf-8");
    assert.equal(await promtool(body), "");
    for (const { name } of METRICS) assert.match(body, new RegExp(`^# HELP ${name} .+\n# TYPE ${name} .+\n${name}`, "m"));
  });

  test("Is in order before there is anything to tell", async (t) => {
    const { path } = await served(t);
    assert.equal(await promtool((await ask(path, "/metrics")).body), "");
  });

  test("Says of each unit the state that it is in, and how often what came of it", async (t) => {
    const { recorder, path } = await served(t);
    fill(recorder);
    const { body } = await ask(path, "/metrics");
    for (const line of [
      'remora_unit_state{unit="web",state="applied"} 1',
      'remora_unit_state{unit="web",state="failed"} 0',
      'remora_unit_state{unit="db",state="failed"} 1',
      'remora_unit_ready{unit="db"} 0',
      'remora_renders_total{unit="web",outcome="rendered"} 2',
      'remora_failures_total{unit="db",step="check"} 1',
      'remora_reloads_total{unit="web",outcome="ok"} 1',
      'remora_backend_up{backend="consul"} 0',
      'remora_registrations{registry="etcd",state="refused"} 1',
      'remora_render_duration_seconds_bucket{le="0.001"} 1',
      'remora_render_duration_seconds_bucket{le="0.005"} 2',
      'remora_render_duration_seconds_bucket{le="+Inf"} 2',
      "remora_render_duration_seconds_count 2",
      "remora_app_running 1",
    ]) {
      assert.ok(body.split("\n").includes(line), `${line} is not in\n${body}`);
    }
  });

  test("Counts no more for units that there are no more", async (t) => {
    const { recorder, path } = await served(t);
    fill(recorder);
    recorder.begin(["web"]);
    const { body } = await ask(path, "/metrics");
    assert.match(body, /remora_renders_total\{unit="web"/);
    assert.doesNotMatch(body, /remora_(renders|failures)_total\{unit="db"/);
  });
});

describe("the exposition", () => {
  const family = (labels: Readonly<Record<string, string>>, value = 1): Family => ({ name: "remora_x", help: "Back\\slash\nand line", type: "gauge", samples: [{ value, labels }] });

  test("Hostile labels and help stay what they are", async () => {
    const text = exposition([family({ unit: 'a"} 1\nremora_y{x="\\' })]);
    assert.equal(text, '# HELP remora_x Back\\\\slash\\nand line\n# TYPE remora_x gauge\nremora_x{unit="a\\"} 1\\nremora_y{x=\\"\\\\"} 1\n');
    assert.equal(await promtool(text), "");
  });

  test("Two samples with the same labels, as masking may make them, are one", async () => {
    const text = exposition([{ ...family({ unit: "[redacted]" }), samples: [{ value: 1, labels: { unit: "[redacted]" } }, { value: 2, labels: { unit: "[redacted]" } }] }]);
    assert.match(text, /\} 1\n$/);
    assert.doesNotMatch(text, /\} 2/);
  });

  test("Numbers beyond counting are written as Prometheus reads them", async () => {
    const values = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY].map((value) => /(\S+)\n$/.exec(exposition([family({}, value)]))?.[1]);
    assert.deepEqual(values, ["NaN", "+Inf", "-Inf"]);
  });
});

test("A secret in a label is covered", async (t) => {
  const { recorder, path, mask } = await served(t);
  mask.add("hunter2-hunter2");
  fill(recorder, { unit: "hunter2-hunter2", error: new AppError("CHECK_FAILED", "It says hunter2-hunter2") });
  for (const asked of ["/metrics", "/status", "/ready"]) {
    const { body } = await ask(path, asked);
    assert.match(body, /\[redacted\]/, asked);
    assert.doesNotMatch(body, /hunter2/);
  }
});
