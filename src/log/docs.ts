import { EVENTS } from "./events.ts";

/** The page docs/logs.md. */
export function logsPage(): string {
  const rows = Object.entries(EVENTS).map(([message, { level, fields, meaning }]) => `| ${cell(message)} | ${level} | ${fields.map((field) => `\`${field}\``).join(" ")} | ${cell(meaning)} |`);
  return [INTRODUCTION, "| `msg` | `level` | Fields | What it means |", "| --- | --- | --- | --- |", ...rows, "", FIELDS].join("\n");
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|");
}

const INTRODUCTION = `<!-- Printed from the tables in src/ by \`npm run docs\`; changes made here are lost. -->

# Logs

Logs go to standard error, a line for each event: logfmt, or JSON with \`log_format = "json"\`. The message is a fixed sentence that can be searched
for, and what varies is in fields, so that both forms say the same:

\`\`\`
time=2026-01-02T03:04:05.678Z level=info msg="Reloaded" unit=nginx took_ms=41
{"time":"2026-01-02T03:04:05.678Z","level":"info","msg":"Reloaded","unit":"nginx","took_ms":41}
\`\`\`

\`time\`, \`level\` and \`msg\` are in each line. Levels are \`debug\`, \`info\`, \`warn\` (Remora goes on and somebody may want to know) and \`error\` (something that
was asked for does not happen). \`log_level\` says which are printed. The last 200 lines from \`info\` on are also in [the status](status.md), printed or not.

**The same failure is not logged a thousand times.** It is told as it begins; while it lasts it is told again at most once a minute, with \`times\`, how often it
came by, and \`since\`. Another failure, or the same one after it was over, is told at once.

**A log that nobody reads holds up nothing.** Where standard error is a pipe, as in a container, and its reader stops reading, as a log driver that hangs does, lines are kept up to 1 MiB; those beyond it are lost, and
how many is told once it reads again. Meanwhile [the status](status.md) has the last ones. A socket, as that of systemd's journal, is waited for.

What a terminal would obey, or what turns the text around it, is written out in both forms, as in \`\\u001b\`: keys may be called anything.

No line holds a secret that was opened: it reads \`[redacted]\` ([what is hidden](secrets.md)).

## Events
`;

const FIELDS = `## Fields

| Field | What it holds |
| --- | --- |
| \`unit\`, \`backend\`, \`registry\`, \`certificate\` | what the event is about, by its name |
| \`target\`, \`targets\`, \`path\`, \`file\` | paths |
| \`error\`, \`hint\`, \`at\` | why, what to do about it, and where in a file: FILE:LINE:COLUMN |
| \`step\` | render, stage, check, commit or reload |
| \`output\` | the last lines that a command printed, at most 20 and 4 KiB |
| \`missing\` | keys, as in \`etcd:/db/host\`; \`etcd:/up/...\` is all below a prefix |
| \`times\`, \`since\` | how often a failure came by, and since when |
| \`took_ms\`, \`away_ms\`, \`ran_ms\`, \`again_in_ms\` | milliseconds |
`;
