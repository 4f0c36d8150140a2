import { type StructuredPatchHunk, structuredPatch } from "diff";

const CONTEXT_LINES = 3;
/** The search for the shortest diff takes time with the square of this; 4,000 take half a second. */
const MOST_EDITS = 4_000;
const [RED, GREEN, CYAN, BOLD, RESET] = ["\u001b[31m", "\u001b[32m", "\u001b[36m", "\u001b[1m", "\u001b[0m"];

export interface DiffRequest {
  readonly target: string;
  readonly before: Uint8Array | undefined;
  readonly after: Uint8Array;
}

/** A unified diff, empty when nothing differs; a sentence when it is not text. */
export function unifiedDiff({ target, before, after }: DiffRequest, { colour }: { readonly colour: boolean }): string {
  const [from, to] = [textOf(before ?? new Uint8Array()), textOf(after)];
  if (from === undefined || to === undefined) return `Binary file ${target} would change\n`;
  const hunks = structuredPatch(target, target, from, to, "", "", { context: CONTEXT_LINES, maxEditLength: MOST_EDITS })?.hunks ?? [wholeHunk(from, to)];
  if (hunks.length === 0) return "";
  const paint = (code: string, text: string) => (colour ? `${code}${text}${RESET}` : text);
  const lines = [paint(BOLD, `--- ${before === undefined ? "/dev/null" : target}`), paint(BOLD, `+++ ${target}`)];
  for (const hunk of hunks) {
    lines.push(paint(CYAN, `@@ -${hunk.oldStart},${hunk.oldLines} +${hunk.newStart},${hunk.newLines} @@`));
    for (const line of hunk.lines) lines.push(line.startsWith("+") ? paint(GREEN, line) : line.startsWith("-") ? paint(RED, line) : line);
  }
  return `${lines.join("\n")}\n`;
}

/** All lines out, all lines in: for files that have next to nothing in common. */
function wholeHunk(from: string, to: string): Pick<StructuredPatchHunk, "oldStart" | "oldLines" | "newStart" | "newLines" | "lines"> {
  const [out, into] = [linesOf(from, "-"), linesOf(to, "+")];
  const count = (lines: readonly string[]) => lines.filter((line) => !line.startsWith("\\")).length;
  const [oldLines, newLines] = [count(out), count(into)];
  return { oldStart: Math.min(1, oldLines), oldLines, newStart: Math.min(1, newLines), newLines, lines: [...out, ...into] };
}

function linesOf(text: string, sign: string): string[] {
  if (text === "") return [];
  const lines = text.split("\n");
  const ended = lines.at(-1) === "";
  return [...(ended ? lines.slice(0, -1) : lines).map((line) => sign + line), ...(ended ? [] : ["\\ No newline at end of file"])];
}

function textOf(content: Uint8Array): string | undefined {
  if (content.includes(0)) return undefined;
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(content);
  } catch {
    return undefined;
  }
}
