const NAME = "[A-Za-z_:\\u00b7-\\uffff][\\w:.\\u00b7-\\uffff-]*";
const PARTS = new RegExp(
  [
    "<!--(?:(?!--)[^])*-->",
    "<!\\[CDATA\\[[^]*?\\]\\]>",
    "<\\?[^]*?\\?>",
    "<!DOCTYPE[^>[]*(?:\\[[^\\]]*\\][^>]*)?>",
    `<(?<open>${NAME})(?:\\s+${NAME}\\s*=\\s*(?:"[^"<]*"|'[^'<]*'))*\\s*(?<empty>/?)>`,
    `</(?<close>${NAME})\\s*>`,
    "(?<text>[^<]+)",
  ].join("|"),
  "y",
);
const BARE_AMPERSAND = /&(?!#\d+;|#x[\da-f]+;|[\w:.-]+;)/i;

/** Why a text is no well-formed XML, with the line; undefined where it is. */
export function xmlProblem(text: string): string | undefined {
  const open: string[] = [];
  let roots = 0;
  const at = (why: string, index: number) => `line ${text.slice(0, index).split("\n").length}: ${why}`;
  for (let index = 0; index < text.length; index = PARTS.lastIndex) {
    PARTS.lastIndex = index;
    const groups = PARTS.exec(text)?.groups;
    if (PARTS.lastIndex === 0) return at("a tag, a comment or an attribute is not complete", index);
    const { open: opened, empty, close, text: plain } = groups ?? {};
    if (opened !== undefined) {
      if (open.length === 0) roots += 1;
      if (roots > 1) return at(`<${opened}> stands outside of the root element`, index);
      if (empty === "") open.push(opened);
    } else if (close !== undefined) {
      const expected = open.pop();
      if (expected !== close) return at(`</${close}> closes ${expected === undefined ? "nothing" : `<${expected}>`}`, index);
    } else if (plain !== undefined) {
      if (open.length === 0 && plain.replace("\ufeff", "").trim() !== "") return at("there is text outside of the root element", index);
      if (BARE_AMPERSAND.test(plain)) return at('"&" has to be written as "&amp;"', index + plain.search(BARE_AMPERSAND));
    }
  }
  const [unclosed] = open.slice(-1);
  if (unclosed !== undefined) return at(`<${unclosed}> is not closed`, text.length);
  return roots === 0 ? "there is no element" : undefined;
}
