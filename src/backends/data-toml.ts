import { type AST, ParseError, parseTOML } from "toml-eslint-parser";
import { DataFault, type DataSyntax, type Leaf } from "./data-syntax.ts";

type Path = readonly (string | number)[];

/** Where names with values stand: the file itself, a [section], or an {inline table}. */
interface Table {
  readonly path: Path;
  readonly node: AST.TOMLTopLevelTable | AST.TOMLTable | AST.TOMLInlineTable;
}

/** TOML 1.0; numbers and dates keep what is written. */
export const toml: DataSyntax = {
  leaves: (text) => visit(text).leaves.map(({ path, node, offset }): Leaf => ({ path, offset, value: textOf(node, text) })),
  put(text, path, value) {
    const { leaves, tables } = visit(text);
    const present = leaves.find((leaf) => isSame(leaf.path, path));
    if (present !== undefined) return splice(text, present.node.range, quote(value));
    const [nearest] = tables.filter((table) => isSame(table.path, path.slice(0, table.path.length))).sort((a, b) => b.path.length - a.path.length);
    if (nearest === undefined) return text;
    const name = path.slice(nearest.path.length).map((part) => (/^[\w-]+$/.test(String(part)) ? part : quote(String(part))));
    return insert(text, nearest.node, `${name.join(".")} = ${quote(value)}`);
  },
  remove(text, path) {
    const { leaves, tables } = visit(text);
    const pair = leaves.find((leaf) => isSame(leaf.path, path))?.pair;
    if (pair === undefined) return text;
    const inline = tables.map(({ node }) => node).find((node) => node.type === "TOMLInlineTable" && node.body.includes(pair));
    return inline === undefined ? splice(text, linesOf(text, pair.range), "") : splice(text, withComma(inline.body as AST.TOMLKeyValue[], pair), "");
  },
};

interface TomlLeaf {
  readonly path: Path;
  readonly node: AST.TOMLContentNode;
  readonly offset: number;
  readonly pair: AST.TOMLKeyValue | undefined;
}

function visit(text: string): { readonly leaves: readonly TomlLeaf[]; readonly tables: readonly Table[] } {
  const leaves: TomlLeaf[] = [];
  const tables: Table[] = [];
  const visitPairs = (table: Table): void => {
    tables.push(table);
    for (const node of table.node.body) {
      if (node.type === "TOMLTable") visitPairs({ path: node.resolvedKey, node });
      else visitValue(node.value, [...table.path, ...node.key.keys.map((key) => (key.type === "TOMLBare" ? key.name : key.value))], node.range[0], node);
    }
  };
  const visitValue = (node: AST.TOMLContentNode, path: Path, offset: number, pair?: AST.TOMLKeyValue): void => {
    if (node.type === "TOMLInlineTable") visitPairs({ path, node });
    else if (node.type === "TOMLArray") for (const [index, item] of node.elements.entries()) visitValue(item, [...path, index], item.range[0]);
    else leaves.push({ path, node, offset, pair });
  };
  visitPairs({ path: [], node: parse(text) });
  return { leaves, tables };
}

function parse(text: string): AST.TOMLTopLevelTable {
  try {
    return parseTOML(text, { tomlVersion: "1.0.0" }).body[0];
  } catch (thrown) {
    if (!(thrown instanceof ParseError)) throw thrown;
    throw new DataFault(thrown.message, thrown.index);
  }
}

function textOf(node: AST.TOMLContentNode, text: string): string {
  return node.type === "TOMLValue" && node.kind === "string" ? node.value : text.slice(...node.range);
}

function isSame(a: Path, b: Path): boolean {
  return a.length === b.length && a.every((part, index) => String(part) === String(b[index]));
}

function splice(text: string, [start, end]: readonly [number, number], by: string): string {
  return text.slice(0, start) + by + text.slice(end);
}

/** A basic string; unlike JSON's, it may not hold DEL. */
function quote(value: string): string {
  return JSON.stringify(value).replaceAll("\u007f", "\\u007f");
}

/** Puts a name with its value behind the last one of the table. */
function insert(text: string, node: Table["node"], line: string): string {
  const newline = text.includes("\r\n") ? "\r\n" : "\n";
  const last = node.body.filter((one) => one.type === "TOMLKeyValue").at(-1);
  if (node.type === "TOMLInlineTable") return last === undefined ? splice(text, node.range, `{ ${line} }`) : splice(text, [last.range[1], last.range[1]], `, ${line}`);
  if (last === undefined && node.type === "TOMLTopLevelTable") return `${line}${newline}${text}`;
  const [, end] = linesOf(text, last?.range ?? (node as AST.TOMLTable).key.range);
  return text.slice(0, end) + (text[end - 1] === "\n" ? "" : newline) + line + newline + text.slice(end);
}

/** From the begin of its first line to the end of its last. */
function linesOf(text: string, [start, end]: readonly [number, number]): [number, number] {
  const next = text.indexOf("\n", end);
  return [text.lastIndexOf("\n", start - 1) + 1, next === -1 ? text.length : next + 1];
}

/** A pair of an inline table and the comma that then is too many. */
function withComma(pairs: readonly AST.TOMLKeyValue[], pair: AST.TOMLKeyValue): [number, number] {
  const index = pairs.indexOf(pair);
  const [before, after] = [pairs[index - 1], pairs[index + 1]];
  if (before !== undefined) return [before.range[1], pair.range[1]];
  return [pair.range[0], after?.range[0] ?? pair.range[1]];
}
