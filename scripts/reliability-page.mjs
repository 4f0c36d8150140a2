import { CONFD } from "../test/faults/confd.mjs";

/** The page of docs/ that tells what came of each case of test/faults. */
export function reliabilityPage(cases) {
  const groups = byTitle(cases);
  const held = cases.filter((one) => one.held).length;
  return `${HEAD}
The last run: **${held} of ${cases.length} cases held**, on ${process.platform} ${process.arch}, Node ${process.versions.node}${process.env.REMORA_TEST_PROGRAM === undefined ? "" : ", the executable"}.
${[...groups].map(([title, some]) => section(title, some)).join("")}${FOOT}`;
}

function section(title, cases) {
  const rows = cases.map(({ groups, name, held, seen }) => `| ${cell(name)} | ${held ? "held" : "**failed**"} | ${cell(seen.join("; "))} | ${cell(CONFD[`${groups.join(": ")}: ${name}`] ?? "")} |\n`);
  return `\n## ${title}\n\n| what was done, and what must hold | outcome | seen | confd 0.41 |\n| --- | --- | --- | --- |\n${rows.join("")}`;
}

function cell(text) {
  return text.replaceAll("|", "\\|").replaceAll("\n", " ");
}

function byTitle(cases) {
  const groups = new Map();
  for (const one of cases) {
    const title = one.groups.join(": ");
    groups.set(title, [...(groups.get(title) ?? []), one]);
  }
  return groups;
}

const HEAD = `# What Remora goes through

\`npm run test:faults\` does each of these to a real \`remora run\`, against real servers, file systems and processes, and writes this page. \`npm test\`, which CI
runs, does them as well. In every case a unit writes a file from a key, and its reload notes what it read. Asserted are what the target holds (the old content or the new
one, never a torn or an empty file), what each reload read and how many there were, what the log says, and afterwards that memory and
open descriptors came back and that no child was left. The figures are those of the run.

The last column is what confd 0.41 was seen to do in the same situation, where it was tried.
`;

const FOOT = `
## Beside these

- A kill -9 before every single operation on a file, for one file, for several together and for units that remove files: \`test/e2e/killed-at-every-step.test.ts\`.
- Mirrors through outages of hours on a clock of the test's own, catch-ups that are cut again and again, six ways for a store to come back with other data: \`test/store\`.
- The registrar and its registries through the same: \`test/registrar/registries\`, \`test/e2e/register*.test.ts\`.
- \`npm run soak\` runs for 15 minutes and states the slope of the memory.
`;
