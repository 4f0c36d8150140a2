import { AppError, describeError } from "../core/error.ts";
import type { Path, Problem } from "../schema/table.ts";
import type { TomlFile } from "./toml-file.ts";

/** Makes an error of each problem in a file, in the order of their lines. */
export async function toErrors(problems: readonly Problem[], file: TomlFile): Promise<AppError[]> {
  const errors = await Promise.all(problems.map((problem) => toError(problem, file)));
  return errors.sort((a, b) => (a.at?.line ?? 0) - (b.at?.line ?? 0));
}

/** Makes an error of a problem, with the line that it is about. */
export async function toError(problem: Problem, file: TomlFile): Promise<AppError> {
  const at = await locate(file, problem.path, problem.part);
  return new AppError("CONFIG_INVALID", `Cannot read "${file.path}": ${problem.reason}`, { hint: problem.hint, at });
}

/** What is odd and not wrong, on one line: "FILE:LINE: reason. Hint". */
export async function sentence({ path, reason, hint }: Problem, file: TomlFile): Promise<string> {
  return `${await place(file, path)}: ${reason}${hint === undefined ? "" : `. ${hint}`}`;
}

/** One error for all that is wrong. */
export function oneError(errors: readonly AppError[]): AppError {
  const [first, ...others] = errors;
  if (first === undefined) return new AppError("INTERNAL", "Cannot report problems: there are none");
  if (others.length === 0) return first;
  return new AppError("CONFIG_INVALID", [`${errors.length} problems in the configuration`, ...errors.map(describeError)].join("\n"));
}

/** "FILE:LINE" of something in a file, as far as it can be told. */
export async function place(file: TomlFile, path: Path): Promise<string> {
  const { line } = await locate(file, path, "key");
  return line === undefined ? file.path : `${file.path}:${line}`;
}

async function locate(file: TomlFile, path: Path, part: Problem["part"]) {
  // Only a wrong configuration pays for the parser that knows positions.
  const { findPosition } = await import("./position.ts");
  return { file: file.path, ...findPosition(file.text, path, part) };
}
