import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "node:test";
import { reliabilityPage } from "./reliability-page.mjs";
import { ROOT } from "./run.mjs";
import { testReport } from "./test-report.mjs";

// Runs the fault suite with node's own runner; started by scripts/faults.mjs.

const FOLDER = join(ROOT, "test/faults");
const AT_ONCE = 2;

const files = readdirSync(FOLDER).filter((name) => name.endsWith(".test.ts")).map((name) => join(FOLDER, name));
const report = testReport();
report.begin("Faults");
const cases = [];
for await (const { type, data } of run({ files, concurrency: AT_ONCE })) {
  report.take(type, data);
  if ((type === "test:pass" || type === "test:fail") && data.file !== undefined) take(data, type === "test:pass");
  if (type === "test:diagnostic" && data.file !== undefined) caseOf(data)?.seen.push(data.message);
}
const passed = report.close(JSON.parse(process.env.REMORA_TEST_MISSING ?? "[]"), []);
writeFileSync(join(ROOT, "docs/reliability.md"), reliabilityPage(cases.filter(({ isGroup }) => !isGroup)));
console.log("docs/reliability.md tells what came of each case.");
process.exit(passed ? 0 : 1);

/** Groups are told after their tests: each test is given the names of those that it was in when they come. */
function take({ file, name, nesting, details }, held) {
  const isGroup = details.type === "suite" || name === file || file.endsWith(name);
  if (isGroup) for (const one of cases) if (one.file === file && one.open > nesting) [one.groups, one.open] = [[name, ...one.groups], nesting];
  cases.push({ file, name, held, isGroup, groups: [], open: isGroup ? -1 : nesting, seen: [] });
}

function caseOf({ file }) {
  return cases.findLast((one) => one.file === file && !one.isGroup);
}
