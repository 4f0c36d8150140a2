import { type StructuredPatchHunk, structuredPatch } from "diff";

const CONTEXT_LINES = 3;
/** The search for the shortest diff takes time with the square of this; 2,000 take a third of a second. */
const MOST_EDITS = 2_000;
const [RED, GREEN, CYAN, BOLD, RESET] = ["\u001b[31m", "\u001b[32m", "\u001b[36m", "\u001b[1m", "\u001b[0m"];

export interface DiffRequest {
  readonly target: string;
  /** Undefined is no file. */
  readonly before: Uint8Array | undefined;
  readonly after: Uint8Array | undefined;
  /** Only the numbers of its lines may be shown. */
  readonly sensitive?: boolean;
}

/** A unified diff, empty when nothing differs; a sentence when it is not text. */
export function unifiedDiff({ target, before, after, sensitive = false }: DiffRequest, { colour, context = CONTEXT_LINES }: { readonly colour: boolean; readonly context?: number | undefined }): string {
  if (before !== undefined && after !== undefined && Buffer.compare(before, after) === 0) return "";
  const [from, to] = [textOf(before ?? new Uint8Array()), textOf(after ?? new Uint8Array())];
  if (from === undefined || to === undefined) return `Binary file ${target} would change\n`;
  const hunks = structuredPatch(target, target, from, to, "", "", { context, maxEditLength: MOST_EDITS })?.hunks ?? [wholeHunk(from, to)];
  const paint = (code: string, text: string) => (colour ? `${code}${text}${RESET}` : text);
  const lines = [paint(BOLD, `--- ${before === undefined ? "/dev/null" : target}`), paint(BOLD, `+++ ${after === undefined ? "/dev/null" : target}`)];
  if (sensitive) return `${lines.join("\n")}\n${withheld(hunks)}\n`;
  for (const hunk of hunks) {
    lines.push(paint(CYAN, `@@ -${range(hunk.oldStart, hunk.oldLines)} +${range(hunk.newStart, hunk.newLines)} @@`));
    for (const line of hunk.lines) lines.push(line.startsWith("+") ? paint(GREEN, line) : line.startsWith("-") ? paint(RED, line) : line);
  }
  return `${lines.join("\n")}\n`;
}

/** Where a side has no lines, the line before stands for it, and 0 for the beginning of a file. */
function range(start: number, lines: number): string {
  return `${lines === 0 ? start - 1 : start},${lines}`;
}

function withheld(hunks: readonly Pick<StructuredPatchHunk, "lines">[]): string {
  const count = (sign: string) => hunks.flatMap(({ lines }) => lines).filter((line) => line.startsWith(sign)).length;
  return `Withheld, for it holds secrets: lines removed ${count("-")}, lines added ${count("+")}`;
}

/** All lines out, all lines in: for files that have next to nothing in common. */
function wholeHunk(from: string, to: string): Pick<StructuredPatchHunk, "oldStart" | "oldLines" | "newStart" | "newLines" | "lines"> {
  const [out, into] = [linesOf(from, "-"), linesOf(to, "+")];
  const count = (lines: readonly string[]) => lines.filter((line) => !line.startsWith("\\")).length;
  const [oldLines, newLines] = [count(out), count(into)];
  return { oldStart: 1, oldLines, newStart: 1, newLines, lines: [...out, ...into] };
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
