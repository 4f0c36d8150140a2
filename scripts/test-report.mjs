import { relative, resolve } from "node:path";
import { inspect } from "node:util";
import { ROOT } from "./run.mjs";

const SLOWEST_SHOWN = 5;

/** Prints a line a file, each failure with its error, and closing lines: one a run, and at the end "N passed, N failed" of all. */
export function testReport() {
  const runs = [];
  let [files, failures, mark, current] = [new Map(), [], "", undefined];

  return {
    /** Begins a run of tests; in its lines the mark stands behind the names of its files. */
    begin(title, given = "") {
      if (current !== undefined) printFile(current);
      [files, failures, mark, current] = [new Map(), [], given === "" ? "" : ` (${given})`, undefined];
      runs.push({ title, files, failures });
    },

    /** Takes in one event of node's test runner, which reports file after file. */
    take(type, data) {
      if (data.file === undefined) return;
      const file = of(data.file);
      if (type === "test:stdout" || type === "test:stderr") file.output += data.message;
      if (type !== "test:pass" && type !== "test:fail") return;
      if (current !== undefined && current !== file) printFile(current);
      current = file;
      if (resolve(ROOT, data.name) === data.file) takeFile(file, type, data);
      else takeTest(file, type, data);
    },

    /** Adds a failure that no test reported. */
    fail(name, reason) {
      failures.push(`${name} ${reason}`);
      console.log(`✗ ${name} ${reason}`);
    },

    /** Prints the closing lines; answers whether everything passed. */
    close(missingServers, untested) {
      if (current !== undefined) printFile(current);
      const all = runs.flatMap((run) => [...run.files.values()]);
      const failed = runs.flatMap((run) => run.failures);
      printSlowest(all);
      if (failed.length > 0) console.log(`\nFailed:\n${failed.map((name) => `  ${name}`).join("\n")}`);
      if (missingServers.length > 0) console.log(`\nTests of these servers fail:\n${missingServers.map((sentence) => `  ${sentence}`).join("\n")}`);
      if (untested.length > 0) console.log(`\nNot tested:\n${untested.map((sentence) => `  ${sentence}`).join("\n")}`);
      console.log("");
      if (runs.length > 1) for (const run of runs) console.log(`${run.title}: ${counts([...run.files.values()], run.failures)}`);
      console.log(counts(all, failed));
      return failed.length === 0;
    },
  };

  function of(path) {
    const known = files.get(path) ?? { name: `${relative(ROOT, path)}${mark}`, passed: 0, failed: 0, skipped: 0, ms: 0, output: "" };
    files.set(path, known);
    return known;
  }

  // A file is itself reported where it could not be loaded, hung, or held no test.
  function takeFile(file, type, data) {
    file.ms = Math.max(file.ms, data.details.duration_ms);
    if (type === "test:fail") addFailure(file, file.name, data.details.error);
    else if (file.passed + file.failed + file.skipped === 0) addFailure(file, file.name, "The file holds no test");
  }

  function takeTest(file, type, { name, nesting, skip, todo, details }) {
    if (nesting === 0) file.ms += details.duration_ms;
    // The failure of a group is told by its tests.
    if (details.error?.failureType === "subtestsFailed") return;
    if (type === "test:fail") addFailure(file, `${file.name}: ${name}`, details.error);
    else if (details.type === "suite") return;
    else if (skip !== undefined || todo !== undefined) file.skipped += 1;
    else file.passed += 1;
  }

  function addFailure(file, name, error) {
    file.failed += 1;
    failures.push(name);
    console.log(`\n✗ ${name}\n${indent(describe(error.cause ?? error))}`);
  }
}

function printFile({ name, passed, failed, ms, output }) {
  console.log(`${failed > 0 ? "✗" : "✓"} ${name}: ${passed} passed${failed > 0 ? `, ${failed} failed` : ""} (${seconds(ms)})`);
  if (failed > 0 && output !== "") console.log(indent(`It printed:\n${output.trimEnd()}`));
}

function printSlowest(files) {
  const slowest = files.toSorted((a, b) => b.ms - a.ms).slice(0, SLOWEST_SHOWN);
  console.log(`\nSlowest files:\n${slowest.map(({ name, ms }) => `  ${seconds(ms).padStart(7)} ${name}`).join("\n")}`);
}

function counts(files, failures) {
  const skipped = sum(files, "skipped");
  return `${sum(files, "passed")} passed, ${failures.length} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}

function describe(thrown) {
  if (!(thrown instanceof Error)) return typeof thrown === "string" ? thrown : inspect(thrown);
  const stack = (thrown.stack ?? thrown.message).split("\n").filter((line) => !/^\s+at .*(node:|node_modules|Promise\.all)/.test(line));
  return [...stack, ...(thrown.cause === undefined ? [] : [`caused by ${describe(thrown.cause)}`])].join("\n");
}

function indent(text) {
  return text.replace(/^/gm, "    ");
}

function seconds(ms) {
  return `${(ms / 1_000).toFixed(1)} s`;
}

function sum(files, field) {
  return files.reduce((total, file) => total + file[field], 0);
}
