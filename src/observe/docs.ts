import { METRICS } from "./metrics.ts";

/** The page docs/metrics.md. */
export function metricsPage(): string {
  const rows = METRICS.map(({ name, type, labels, help }) => `| \`${name}\` | ${type} | ${labels.map((label) => `\`${label}\``).join(" ")} | ${help} |`);
  return [INTRODUCTION, "| Metric | Type | Labels | What it is |", "| --- | --- | --- | --- |", ...rows, "", AFTERWORD].join("\n");
}

const INTRODUCTION = `<!-- Printed from the tables in src/ by \`npm run docs\`; changes made here are lost. -->

# Metrics

\`GET /metrics\` tells them in Prometheus' text format, wherever \`[status] listen\` has it ([the status](status.md)). Prometheus wants TCP:

\`\`\`toml
# /etc/remora/remora.toml
[status]
listen     = ["unix:/run/remora.sock", "0.0.0.0:9110"]
token_file = "/run/secrets/remora-status"
\`\`\`

\`\`\`yaml
# prometheus.yml
scrape_configs:
  - job_name: remora
    authorization: { credentials_file: /etc/prometheus/remora-token }
    static_configs: [{ targets: ["web-1:9110"] }]
\`\`\`

Alert rules and a dashboard that use them are on [the page for operators](operations.md).
`;

const AFTERWORD = `Counters begin at 0 with the process; those of a backend also with each new configuration. A metric that nothing can be said about yet, or that is about an app or a registry
where there is none, is left out. Names of units, backends and registries are those of the configuration.
`;
