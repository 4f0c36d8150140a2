import { AppError } from "../core/error.ts";

/** YAML 1.2 with anchors and merge keys; numbers as they are written. Throws BACKEND_DATA with line and column. */
export async function parseYaml(text: string, path: string): Promise<unknown> {
  return asWritten(text, path, { merge: true });
}

/** JSON is YAML too, so that one parser tells line and column, and large numbers keep their digits. */
export async function parseJson(text: string, path: string): Promise<unknown> {
  try {
    const data: unknown = JSON.parse(text);
    // JSON.parse rounds what a double cannot hold; only then is the slower parser needed.
    if (!/\d{16}|\d\.\d|[eE][+-]?\d/.test(text)) return data;
  } catch {
    // It may still be told where.
  }
  return asWritten(text, path, { schema: "json" });
}

async function asWritten(text: string, path: string, options: { readonly merge?: boolean; readonly schema?: "json" }): Promise<unknown> {
  const { LineCounter, isScalar, parseDocument, visit } = await import("./yaml.ts");
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { ...options, lineCounter, prettyErrors: false });
  const [error] = document.errors;
  if (error !== undefined) {
    const { line, col } = lineCounter.linePos(error.pos[0]);
    throw syntaxError(path, text, error.message, line, col);
  }
  visit(document, {
    Scalar(_, node) {
      // 1.10 and 12345678901234567890 are text to us: what was written is what is rendered.
      if (isScalar(node) && typeof node.value === "number" && node.source !== undefined) node.value = node.source;
    },
  });
  return document.toJS();
}

/** TOML 1.0; large integers keep their digits. Throws BACKEND_DATA with line and column. */
export async function parseToml(text: string, path: string): Promise<unknown> {
  const { parse, TomlError } = await import("smol-toml");
  try {
    return parse(text, { integersAsBigInt: true });
  } catch (thrown) {
    if (!(thrown instanceof TomlError)) throw thrown;
    const [why = thrown.message] = thrown.message.replace("Invalid TOML document: ", "").split("\n");
    throw syntaxError(path, text, why, thrown.line, thrown.column);
  }
}

function syntaxError(path: string, text: string, why: string, line: number, column: number): AppError {
  return new AppError("BACKEND_DATA", `Cannot read "${path}": ${why}`, { at: { file: path, line, column, source: text.split("\n")[line - 1] } });
}
