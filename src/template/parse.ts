import { didYouMean } from "../core/suggest.ts";
import { type SourceFile, TemplateFault } from "./fault.ts";
import { type ListNode, nunjucks, type Token, type Tokenizer } from "./nunjucks.ts";

/** Reads a file into a syntax tree. Throws a fault with a position, which nunjucks leaves out where a file ends too early. */
export function parse(file: SourceFile): ListNode {
  const tokens = nunjucks.lexer.lex(file.text, { trimBlocks: true, lstripBlocks: true });
  let tree: ListNode;
  try {
    tree = new nunjucks.parser.Parser(commentLinesDropped(tokens)).parseAsRoot();
  } catch (thrown) {
    throw syntaxFault(thrown, file, tokens);
  }
  // nunjucks takes a raw block that is never closed for an empty one.
  const open = openTag(file.text);
  if (open?.name === "raw" || open?.name === "verbatim") throw neverClosed(open, file);
  return tree;
}

/** nunjucks's trimBlocks leaves the line of a comment behind; here a comment that stands alone on its line takes it along. */
function commentLinesDropped(tokens: Tokenizer): Tokenizer {
  const next = tokens.nextToken.bind(tokens);
  let atLineStart = true;
  tokens.nextToken = () => {
    const token = next();
    if (token === null) return null;
    if (token.type === "comment") {
      const lineBreak = atLineStart ? /^\r?\n/.exec(tokens.currentStr()) : null;
      tokens.forwardN(lineBreak?.[0].length ?? 0);
      return token;
    }
    if (token.type === "data") {
      atLineStart = /(^|\n)[ \t]*$/.test(token.value) && (token.value.includes("\n") || atLineStart);
      if (atLineStart && isLoneComment(tokens)) token.value = token.value.replace(/[ \t]+$/, "");
    } else if (endsTag(token)) {
      atLineStart = token.type === "block-end" && tokens.colno === 0;
    }
    return token;
  };
  return tokens;
}

function isLoneComment(tokens: Tokenizer): boolean {
  return /^\{#[\s\S]*?#\}\r?\n/.test(tokens.currentStr());
}

function endsTag(token: Token): boolean {
  return token.type === "block-end" || token.type === "variable-end";
}

interface SyntaxError {
  readonly message: string;
  readonly lineno?: number;
  readonly colno?: number;
}

function syntaxFault(thrown: unknown, file: SourceFile, tokens: Tokenizer): TemplateFault {
  if (thrown instanceof TemplateFault) return thrown;
  const { message, lineno, colno } = thrown as SyntaxError;
  // A parser that runs off the end of the file fails on a token that is null.
  const ended = thrown instanceof TypeError || /end of file|EOF/i.test(message);
  const open = ended ? openTag(file.text) : undefined;
  if (open !== undefined) return neverClosed(open, file);
  if (ended) return new TemplateFault("the file ends in the middle of a tag", { hint: 'Close it with "}}", "%}" or "#}"', position: lastTag(file) });
  const position = { file, line: lineno ?? tokens.lineno + 1, column: colno ?? tokens.colno + 1 };
  return new TemplateFault(plainly(message), { hint: hintFor(plainly(message)), position });
}

const TAGS = ["if", "elif", "else", "endif", "for", "endfor", "set", "endset", "macro", "endmacro", "block", "endblock", "call", "endcall", "filter", "endfilter", "switch", "case", "default", "endswitch", "include", "extends", "import", "from", "raw", "endraw"];

function hintFor(message: string): string | undefined {
  if (message === "expected comma after expression") return 'A comma, or the bracket that closes, is missing before this: ")", "]" or "}"';
  const [, tag] = /^there is no tag "(\w+)" here$/.exec(message) ?? [];
  if (tag === undefined) return undefined;
  return TAGS.includes(tag) ? "No tag that it belongs to is open here" : didYouMean(tag, TAGS);
}

function neverClosed({ name, line, column }: OpenTag, file: SourceFile): TemplateFault {
  return new TemplateFault(`"${name}" is never closed`, { hint: `Add {% end${name} %}`, position: { file, line, column } });
}

/** nunjucks begins some messages with the name of its own function. */
function plainly(message: string): string {
  return message.replace(/^\w+: /, "").replace(/^unknown block tag: (.*)$/, 'there is no tag "$1" here');
}

const TAG = /\{#[\s\S]*?#\}|\{%-?\s*(?:raw|verbatim)\s*-?%\}[\s\S]*?\{%-?\s*end(?:raw|verbatim)\s*-?%\}|\{%-?\s*(\w+)([\s\S]*?)%\}/g;
const PAIRED = new Set(["if", "for", "macro", "block", "call", "filter", "switch", "raw", "verbatim"]);

interface OpenTag {
  readonly name: string;
  readonly line: number;
  readonly column: number;
}

/** The innermost tag that is open where the file ends. */
function openTag(text: string): OpenTag | undefined {
  const open: { name: string; at: number }[] = [];
  for (const match of text.matchAll(TAG)) {
    const [, name = "", rest = ""] = match;
    if (PAIRED.has(name) || (name === "set" && !rest.includes("="))) open.push({ name, at: match.index });
    else if (name.startsWith("end") && open.at(-1)?.name === name.slice(3)) open.pop();
  }
  const last = open.at(-1);
  return last === undefined ? undefined : { name: last.name, ...place(text, last.at) };
}

function lastTag(file: SourceFile) {
  const at = Math.max(file.text.lastIndexOf("{{"), file.text.lastIndexOf("{%"), file.text.lastIndexOf("{#"));
  return { file, ...place(file.text, Math.max(at, 0)) };
}

function place(text: string, index: number): { line: number; column: number } {
  const before = text.slice(0, index).split("\n");
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}
