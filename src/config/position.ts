import { type AST, parseTOML } from "toml-eslint-parser";
import type { Path, Problem } from "../schema/table.ts";
import { lineToShow } from "./toml-file.ts";

/** Finds the line and column of a key or its value in TOML text; of its nearest parent when it is not there itself. */
export function findPosition(text: string, path: Path, part: Problem["part"]): { line?: number; column?: number; source?: string | undefined } {
  const places = allPlaces(text);
  for (let length = path.length; length > 0; length--) {
    const wanted = JSON.stringify(path.slice(0, length));
    const place = places.find((candidate) => JSON.stringify(candidate.path) === wanted);
    if (place === undefined) continue;
    const { line, column } = (part === "value" && length === path.length ? (place.value ?? place.key) : place.key).loc.start;
    return { line, column: column + 1, source: lineToShow(text, line) };
  }
  return {};
}

interface Place {
  readonly path: Path;
  readonly key: AST.TOMLNode;
  readonly value?: AST.TOMLNode;
}

function allPlaces(text: string): readonly Place[] {
  try {
    return parseTOML(text, { tomlVersion: "next" }).body[0].body.flatMap((node) => (node.type === "TOMLTable" ? tablePlaces(node) : keyPlaces(node, [])));
  } catch {
    // The two parsers may disagree at the edges of the format; then there is no position to tell.
    return [];
  }
}

function tablePlaces(table: AST.TOMLTable): Place[] {
  return [...keyParts(table.key, table.resolvedKey), ...table.body.flatMap((node) => keyPlaces(node, table.resolvedKey))];
}

/** "a.b.c" is the place of a, of a.b and of a.b.c; in [[a.b]] an index comes after the last. */
function keyParts(key: AST.TOMLKey, path: Path): Place[] {
  const named = path.flatMap((part, index) => (typeof part === "string" ? [index] : []));
  const ends = named.slice(-key.keys.length);
  return [...ends.map((end, index) => ({ path: path.slice(0, end + 1), key: key.keys[index] ?? key })), { path, key }];
}

function keyPlaces(node: AST.TOMLKeyValue, parent: Path): Place[] {
  const path = [...parent, ...node.key.keys.map((key) => (key.type === "TOMLBare" ? key.name : key.value))];
  const [last, ...parents] = keyParts(node.key, path).slice(0, -1).reverse();
  return [{ path, key: last?.key ?? node.key, value: node.value }, ...parents, ...valuePlaces(node.value, path)];
}

function valuePlaces(value: AST.TOMLContentNode, path: Path): Place[] {
  if (value.type === "TOMLInlineTable") return value.body.flatMap((node) => keyPlaces(node, path));
  if (value.type === "TOMLArray") return value.elements.flatMap((element, index) => [{ path: [...path, index], key: element }, ...valuePlaces(element, [...path, index])]);
  return [];
}
