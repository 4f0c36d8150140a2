import { structuredPatch } from "diff";

const CONTEXT_LINES = 3;
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
  const { hunks } = structuredPatch(target, target, from, to, "", "", { context: CONTEXT_LINES });
  if (hunks.length === 0) return "";
  const paint = (code: string, text: string) => (colour ? `${code}${text}${RESET}` : text);
  const lines = [paint(BOLD, `--- ${before === undefined ? "/dev/null" : target}`), paint(BOLD, `+++ ${target}`)];
  for (const hunk of hunks) {
    lines.push(paint(CYAN, `@@ -${hunk.oldStart},${hunk.oldLines} +${hunk.newStart},${hunk.newLines} @@`));
    for (const line of hunk.lines) lines.push(line.startsWith("+") ? paint(GREEN, line) : line.startsWith("-") ? paint(RED, line) : line);
  }
  return `${lines.join("\n")}\n`;
}

function textOf(content: Uint8Array): string | undefined {
  if (content.includes(0)) return undefined;
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(content);
  } catch {
    return undefined;
  }
}
