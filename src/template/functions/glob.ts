import { TemplateFault } from "../fault.ts";

/** The part of a glob before its first wildcard, up to a slash: the prefix to read for it. "/up/*" is "/up". */
export function globPrefix(glob: string): string {
  const wildcard = glob.search(/[*?[\\]/);
  if (wildcard < 0) return glob;
  const slash = glob.lastIndexOf("/", wildcard);
  // Of "consul:/*" and "consul:*" the root of the backend is left.
  if (slash > 0 && glob[slash - 1] !== ":") return glob.slice(0, slash);
  return `${/^[A-Za-z][\w-]*(?:@[\w.-]+)?:/.exec(glob)?.[0] ?? ""}/`;
}

/** Makes a test of Go's path.Match, as confd has it: * and ? stop at a slash, [a-z] and [^x] are classes, \ quotes. */
export function globMatcher(glob: string): (key: string) => boolean {
  const pattern = new RegExp(`^${regexOf(glob)}$`, "su");
  return (key) => pattern.test(key);
}

function regexOf(glob: string): string {
  let regex = "";
  for (let at = 0; at < glob.length; ) {
    const [part, source] = nextPart(glob, at);
    regex += source;
    at += part.length;
  }
  return regex;
}

function nextPart(glob: string, at: number): [part: string, regex: string] {
  const rest = glob.slice(at);
  const char = String.fromCodePoint(glob.codePointAt(at) ?? 0);
  if (char === "*") return ["*", "[^/]*"];
  if (char === "?") return ["?", "[^/]"];
  if (char === "[") {
    const found = /^\[(\^?)((?:\\.|[^\]\\])+)\]/su.exec(rest);
    if (found === null) throw new TemplateFault(`"${glob}" is not a pattern`, { hint: "Close the bracket, or write \\[ for the character itself" });
    return [found[0], `(?!/)[${found[1] ?? ""}${classOf(found[2] ?? "")}]`];
  }
  if (char !== "\\") return [char, escape(char)];
  const quoted = rest.slice(1, 2);
  if (quoted === "") throw new TemplateFault(`"${glob}" is not a pattern`, { hint: "Write \\\\ for a backslash at the end" });
  return [`\\${quoted}`, escape(quoted)];
}

/** A class in the words of a regular expression: all but "-" and quoted characters stand for themselves. */
function classOf(inside: string): string {
  return inside.replace(/\\(.)|([\^[\]&~])/gsu, (_, quoted: string | undefined, special: string | undefined) => escape(quoted ?? special ?? "", true));
}

function escape(char: string, inClass = false): string {
  if (inClass) return /[\w\s]|[^\x00-\x7f]/.test(char) ? char : /[\^$\\.*+?()[\]{}|/-]/.test(char) ? `\\${char}` : char;
  return char.replace(/[\^$\\.*+?()[\]{}|/]/g, "\\$&");
}
