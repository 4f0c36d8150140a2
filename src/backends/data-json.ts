import { DataFault, type DataSyntax, type Leaf } from "./data-syntax.ts";

type Node = Table | Node[] | Scalar;
type Table = Map<string, { readonly offset: number; node: Node }>;

interface Scalar {
  /** As it is written. */
  readonly raw: string;
  /** As it is read. */
  readonly text: string;
  readonly offset: number;
}

/** JSON as RFC 8259 has it: no comments, no commas before a closing bracket; numbers keep their digits. */
export const json: DataSyntax = {
  leaves: (text) => [...leavesOf(parse(text), [], 0)],
  put(text, path, value) {
    const root = parse(text);
    let at = root;
    for (const name of path.slice(0, -1)) at = childOf(at, name) ?? setChild(at, name, new Map());
    setChild(at, path.at(-1) ?? "", { raw: JSON.stringify(value), text: value, offset: 0 });
    return print(root, text);
  },
  remove(text, path) {
    const root = parse(text);
    const table = path.slice(0, -1).reduce<Node | undefined>((at, name) => at && childOf(at, name), root);
    if (table instanceof Map) table.delete(String(path.at(-1)));
    return print(root, text);
  },
};

function* leavesOf(node: Node, path: readonly (string | number)[], offset: number): Generator<Leaf> {
  if (node instanceof Map) {
    for (const [name, member] of node) yield* leavesOf(member.node, [...path, name], member.offset);
  } else if (Array.isArray(node)) {
    for (const [index, item] of node.entries()) yield* leavesOf(item, [...path, index], "offset" in item ? item.offset : offset);
  } else if (node.raw !== "null") {
    yield { path, offset, value: node.text };
  }
}

/** The table or list there; nothing is taken for an empty table. */
function childOf(node: Node, name: string | number): Node | undefined {
  const child = Array.isArray(node) ? node[Number(name)] : node instanceof Map ? node.get(String(name))?.node : undefined;
  return child === undefined || "raw" in child ? undefined : child;
}

function setChild<Child extends Node>(node: Node, name: string | number, child: Child): Child {
  if (node instanceof Map) node.set(String(name), { offset: 0, node: child });
  else if (Array.isArray(node) && Number(name) < node.length) node[Number(name)] = child;
  else throw new DataFault("lists do not grow by keys", 0);
  return child;
}

const WORD = /[{}[\]:,]|(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?!\w)/y;
const SPACE = /[ \t\r\n]*/y;

function parse(text: string): Node {
  let at = 0;
  const peek = (): string => {
    SPACE.lastIndex = at;
    SPACE.exec(text);
    at = SPACE.lastIndex;
    if (text[at] === '"') return text.slice(at, endOfString(text, at));
    WORD.lastIndex = at;
    return WORD.exec(text)?.[0] ?? "";
  };
  const fail = (why: string): never => {
    const comment = text.startsWith("//", at) || text.startsWith("/*", at);
    throw new DataFault(comment ? "JSON has no comments" : why, at);
  };
  const unquote = (raw: string): string => {
    try {
      return JSON.parse(raw) as string;
    } catch {
      return fail("a text has no end, or holds a line break or an unknown escape");
    }
  };
  const expect = (token: string): void => {
    if (peek() !== token) fail(`"${token}" is missing`);
    at += token.length;
  };
  /** Reads what stands between two brackets, with commas between. */
  const each = (open: string, close: string, read: () => void): void => {
    expect(open);
    if (peek() === close) return expect(close);
    for (;;) {
      read();
      if (peek() !== ",") return expect(close);
      expect(",");
      if (peek() === close) fail(`a comma before "${close}"`);
    }
  };
  const value = (): Node => {
    const token = peek();
    const offset = at;
    if (token === "{") {
      const table: Table = new Map();
      each("{", "}", () => {
        const raw = peek();
        const start = at;
        if (!raw.startsWith('"')) fail("a name in double quotes is missing");
        const name = unquote(raw);
        if (table.has(name)) fail(`"${name}" is there twice`);
        at += raw.length;
        expect(":");
        table.set(name, { offset: start, node: value() });
      });
      return table;
    }
    if (token === "[") {
      const list: Node[] = [];
      each("[", "]", () => void list.push(value()));
      return list;
    }
    if (token === "" || "}]:,".includes(token)) fail("a value is missing");
    const scalar = { raw: token, text: token.startsWith('"') ? unquote(token) : token, offset };
    at += token.length;
    return scalar;
  };
  if (text.trim() === "") return new Map();
  const root = value();
  if (peek() !== "" || at < text.length) fail("nothing may follow");
  return root;
}

/** Behind the closing quote. By hand: expressions overflow the stack on long texts. */
function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === "\\" ? 2 : 1;
  return at + 1;
}

/** Indented as the text is. */
function print(root: Node, text: string): string {
  const step = /^[{[]\s*\n([ \t]+)/.exec(text)?.[1] ?? "  ";
  const newline = text.includes("\r\n") ? "\r\n" : "\n";
  const show = (node: Node, indent: string): string => {
    if ("raw" in node) return node.raw;
    const inner = indent + step;
    const lines = node instanceof Map ? [...node].map(([name, member]) => `${JSON.stringify(name)}: ${show(member.node, inner)}`) : node.map((item) => show(item, inner));
    const [open, close] = node instanceof Map ? "{}" : "[]";
    return lines.length === 0 ? `${open}${close}` : `${open}${newline}${lines.map((line) => inner + line).join(`,${newline}`)}${newline}${indent}${close}`;
  };
  return show(root, "") + newline;
}
