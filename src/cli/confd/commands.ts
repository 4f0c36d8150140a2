import { AppError, toAppError } from "../../core/error.ts";
import { execute, parseGoTemplate } from "../../gotemplate/index.ts";
import { shellContext } from "../../process/shell-quote.ts";

/** What stands for the files while the rest of a command is made; nobody writes these. */
const MARKS = { src: "\u{f0000}", dest: "\u{f0001}" } as const;

const ACTION = /\{\{(?:"(?:\\.|[^"\\])*"|`[^`]*`|[^"`])*?\}\}/g;

/**
 * A command of confd's in Remora's words. In confd it is a Go template that knows .src and .dest. What asks for other fields is meant
 * for somebody else, `docker ps --format '{{.Names}}'`, and is left as it is, where confd would put "<no value>". Throws CONFIG_INVALID for what Go refuses.
 */
export function commandText(text: string): string {
  const marked = text.replace(/\{\{-?\s*\.?(src|dest)\s*-?\}\}/g, (_, name: keyof typeof MARKS) => MARKS[name]);
  const made = isForSomebodyElse(marked) ? marked : executed(marked);
  return apart(made).replaceAll(MARKS.src, "{{ src }}").replaceAll(MARKS.dest, "{{ dest }}");
}

function isForSomebodyElse(text: string): boolean {
  const fields = [...text.matchAll(ACTION)].flatMap(([action]) => [...action.replaceAll(/"(?:\\.|[^"\\])*"|`[^`]*`/g, "").matchAll(/(?<!\w)\.([A-Za-z]\w*)/g)].map(([, field]) => field));
  return fields.some((field) => field !== "src" && field !== "dest");
}

function executed(text: string): string {
  if (!text.includes("{{")) return text;
  try {
    return execute(parseGoTemplate("command", text), new Map(Object.entries(MARKS)));
  } catch (thrown) {
    throw new AppError("CONFIG_INVALID", toAppError(thrown).message, { hint: 'Go reads braces in commands; write {{.src}}, {{.dest}}, or {{"{{"}} for the braces themselves' });
  }
}

/** Remora takes two braces for a name of its own: quotes between them are nothing to the shell. */
function apart(text: string): string {
  return text.replaceAll(/\{(?=\{)/g, (brace, at: number) => brace + (shellContext(text.slice(0, at)) === "double" ? '""' : "''"));
}
