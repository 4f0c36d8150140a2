// Go's path.Match: "*" and "?" stop at a slash, "[a-z]" and "[^x]" are classes (which take a slash too), "\" quotes.

type Part = { readonly kind: "star" | "any" } | { readonly kind: "literal"; readonly char: string } | { readonly kind: "class"; readonly negated: boolean; readonly ranges: readonly (readonly [number, number])[] };

/** Makes a test of names against a pattern; throws Go's sentence for what is no pattern. */
export function pathMatcher(pattern: string): (name: string) => boolean {
  const parts = parse([...pattern]);
  return (name) => matches(parts, [...name]);
}

/** The part of a pattern before its first wildcard, up to a slash: the prefix to read for it. "/up/*" is "/up". */
export function globPrefix(pattern: string): string {
  const wildcard = pattern.search(/[*?[\\]/);
  if (wildcard < 0) return pattern;
  const slash = pattern.lastIndexOf("/", wildcard);
  if (slash > 0 && pattern[slash - 1] !== ":") return pattern.slice(0, slash);
  return `${/^[A-Za-z][\w-]*(?:@[\w.-]+)?:/.exec(pattern)?.[0] ?? ""}/`;
}

/** As far as the last star, which alone may take more: so it takes no more than the length of one by that of the other. */
function matches(parts: readonly Part[], name: readonly string[]): boolean {
  let [part, at] = [0, 0];
  let star: { readonly part: number; at: number } | undefined;
  while (at < name.length) {
    const current = parts[part];
    if (current?.kind === "star") {
      star = { part, at };
      part += 1;
    } else if (current !== undefined && takes(current, name[at] as string)) {
      [part, at] = [part + 1, at + 1];
    } else {
      if (star === undefined || name[star.at] === "/") return false;
      star.at += 1;
      [part, at] = [star.part + 1, star.at];
    }
  }
  return parts.slice(part).every(({ kind }) => kind === "star");
}

function takes(part: Part, char: string): boolean {
  switch (part.kind) {
    case "literal": return part.char === char;
    case "any": return char !== "/";
    case "class": {
      const point = char.codePointAt(0) as number;
      return part.ranges.some(([low, high]) => low <= point && point <= high) !== part.negated;
    }
    default: return false;
  }
}

function parse(pattern: readonly string[]): Part[] {
  const parts: Part[] = [];
  for (let at = 0; at < pattern.length; ) {
    const char = pattern[at] as string;
    if (char === "[") {
      const [part, next] = parseClass(pattern, at + 1);
      parts.push(part);
      at = next;
    } else if (char === "*" || char === "?") {
      parts.push({ kind: char === "*" ? "star" : "any" });
      at += 1;
    } else {
      const [literal, next] = char === "\\" ? quoted(pattern, at) : [char, at + 1];
      parts.push({ kind: "literal", char: literal });
      at = next;
    }
  }
  return parts;
}

function parseClass(pattern: readonly string[], start: number): readonly [Part, number] {
  const negated = pattern[start] === "^";
  const ranges: (readonly [number, number])[] = [];
  let at = negated ? start + 1 : start;
  for (;;) {
    if (pattern[at] === "]" && ranges.length > 0) return [{ kind: "class", negated, ranges }, at + 1];
    const [low, next] = classChar(pattern, at);
    const [high, end] = pattern[next] === "-" ? classChar(pattern, next + 1) : [low, next];
    ranges.push([low, high]);
    at = end;
  }
}

function classChar(pattern: readonly string[], at: number): readonly [point: number, next: number] {
  if (pattern[at] === undefined || pattern[at] === "-" || pattern[at] === "]") throw badPattern();
  const [char, next] = pattern[at] === "\\" ? quoted(pattern, at) : [pattern[at] as string, at + 1];
  if (next >= pattern.length) throw badPattern();
  return [char.codePointAt(0) as number, next];
}

function quoted(pattern: readonly string[], at: number): readonly [char: string, next: number] {
  const char = pattern[at + 1];
  if (char === undefined) throw badPattern();
  return [char, at + 2];
}

function badPattern(): Error {
  return new Error("syntax error in pattern");
}
