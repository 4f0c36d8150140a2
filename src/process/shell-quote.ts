/** Where in a shell's text a word stands: among other words, in 'single' or in "double" quotes. */
export type ShellContext = "plain" | "single" | "double";

/** Text that sh takes for these very characters, whatever is in it. */
export function quoteForShell(text: string, context: ShellContext = "plain"): string {
  switch (context) {
    case "single":
      return text.replaceAll("'", "'\\''");
    case "double":
      return text.replace(/[\\"$`]/g, "\\$&");
    case "plain":
      return /^[\w./:=@%+-]+$/.test(text) ? text : `'${quoteForShell(text, "single")}'`;
  }
}

/** The context that a shell's text leaves open at its end; it knows quotes, backslashes, comments and $(...), not backquotes and here-documents. */
export function shellContext(text: string): ShellContext {
  const open: (ShellContext | "substitution" | "group")[] = [];
  for (let at = 0; at < text.length; at += 1) {
    const [char, innermost] = [text[at], open.at(-1)];
    if (innermost === "single") {
      if (char === "'") open.pop();
    } else if (char === "\\") {
      at += 1;
    } else if (char === '"') {
      if (innermost === "double") open.pop();
      else open.push("double");
    } else if (text.startsWith("$(", at)) {
      open.push("substitution");
      at += 1;
    } else if (innermost !== "double") {
      if (char === "'") open.push("single");
      else if (char === "(") open.push("group");
      else if (char === ")") open.pop();
      else if (char === "#" && /(^|[\s;&|(])$/.test(text.slice(0, at))) at = endOfLine(text, at);
    }
  }
  const last = open.at(-1);
  return last === "single" || last === "double" ? last : "plain";
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf("\n", from);
  return end === -1 ? text.length : end;
}
