import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { UNIT_STATES } from "../../src/core/status.ts";
import { METRICS } from "../../src/observe/metrics.ts";
import { runProgram } from "../support/process.ts";
import { requireProgram } from "../support/requires.ts";
import { tempDir } from "../support/temp.ts";

const RULES = new URL("../../docs/operations/alerts.yml", import.meta.url);
const DASHBOARD = new URL("../../docs/operations/grafana.json", import.meta.url);

/** The metrics of ours that an expression names, without what histograms add to them. */
function metricsIn(text: string): string[] {
  return [...text.matchAll(/\b((?:remora|process)_\w+)/g)].map(([, name]) => (name as string).replace(/_(bucket|sum|count)$/, ""));
}

test("The alert rules are what promtool takes, and go off", async () => {
  const rules = await readFile(RULES, "utf8");
  await using directory = await tempDir();
  await directory.write("alerts.yml", rules);
  await directory.write("tests.yml", TESTS);
  const checked = await runProgram([requireProgram("promtool"), "check", "rules", "alerts.yml"], { cwd: directory.path });
  assert.equal(checked.code, 0, checked.stderr);
  const tested = await runProgram([requireProgram("promtool"), "test", "rules", "tests.yml"], { cwd: directory.path });
  assert.equal(tested.code, 0, tested.stdout + tested.stderr);
});

test("The alert rules and the dashboard name metrics that there are", async () => {
  const known = new Set(METRICS.map(({ name }) => name));
  for (const file of [RULES, DASHBOARD]) {
    const text = await readFile(file, "utf8");
    const expressions = file === RULES ? [...text.matchAll(/expr: (.*)/g)].map(([, expression]) => expression as string) : expressionsOf(JSON.parse(text));
    assert.ok(expressions.length > 5, "expressions were found");
    assert.deepEqual(expressions.flatMap(metricsIn).filter((name) => !known.has(name)), []);
  }
});

test("The page for operators says what each state means, and names each alert", async () => {
  const page = await readFile(new URL("../../docs/operations.md", import.meta.url), "utf8");
  const alerts = [...(await readFile(RULES, "utf8")).matchAll(/alert: (\w+)/g)].map(([, name]) => name as string);
  assert.deepEqual([...Object.keys(UNIT_STATES), ...alerts].filter((name) => !page.includes(`| \`${name}\` |`)), []);
});

test("The page of metrics, of logs and of the status are reached from the README", async () => {
  const readme = await readFile(new URL("../../README.md", import.meta.url), "utf8");
  assert.deepEqual(["status", "operations", "metrics", "logs"].filter((name) => !readme.includes(`docs/${name}.md`)), []);
});

function expressionsOf(dashboard: { readonly panels: readonly { readonly targets: readonly { readonly expr: string }[] }[] }): string[] {
  return dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));
}

const TESTS = `rule_files: [alerts.yml]
evaluation_interval: 1m
tests:
  - interval: 1m
    input_series:
      - { series: 'up{job="remora",instance="a"}', values: "0x20" }
      - { series: 'remora_unit_state{unit="web",state="failed",instance="b"}', values: "1x20" }
      - { series: 'remora_unit_state{unit="web",state="applied",instance="b"}', values: "0x20" }
      - { series: 'remora_unit_missing_keys{unit="db",instance="b"}', values: "2x20" }
      - { series: 'remora_registrations{registry="etcd",state="refused",instance="b",job="remora"}', values: "1x20" }
      - { series: 'remora_registrations{registry="etcd",state="registered",instance="b",job="remora"}', values: "3x20" }
    alert_rule_test:
      - { eval_time: 1m, alertname: RemoraDown, exp_alerts: [] }
      - eval_time: 5m
        alertname: RemoraDown
        exp_alerts:
          - exp_labels: { severity: critical, job: remora, instance: a }
            exp_annotations: { summary: "Remora on a does not answer", description: "Files stay as they are and changes do not arrive. Look whether it runs, and at its last log lines." }
      - eval_time: 5m
        alertname: RemoraUnitFailed
        exp_alerts:
          - exp_labels: { severity: warning, unit: web, state: failed, instance: b }
            exp_annotations: { summary: "Unit web on b fails", description: "Its files hold the last good configuration. remora status has the step, the message and the last lines of the command." }
      - eval_time: 15m
        alertname: RemoraWaitingForKeys
        exp_alerts:
          - exp_labels: { severity: warning, unit: db, instance: b }
            exp_annotations: { summary: "Unit db on b waits for 2 keys or services", description: "remora status names them. Put the keys, or give the template a default; start the services, or look why they do not register." }
      - eval_time: 15m
        alertname: RemoraRegistrationMissing
        exp_alerts:
          - exp_labels: { severity: warning, registry: etcd, instance: b, job: remora }
            exp_annotations: { summary: "1 registrations of b are not in etcd", description: "Others cannot find the service. remora status has the reason." }
      - { eval_time: 15m, alertname: RemoraReloadDue, exp_alerts: [] }
`;
