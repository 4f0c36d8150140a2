/** What would not be seen, or would turn the text around it. */
const UNSEEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;
/** Colours and the like of a terminal. */
const TERMINAL = /\u001b\[[0-9;?]*[A-Za-z]/g;

/** A text in which nothing hides: what is not seen is written as it would be in JSON. */
export function oneLine(text: string): string {
  return severalLines(text).replaceAll("\n", "\\n").replaceAll("\t", "\\t");
}

/** The same of several lines. */
export function severalLines(text: string): string {
  return text.replace(UNSEEN, escaped);
}

/** Without the colours of a terminal. */
export function uncoloured(text: string): string {
  return text.replaceAll("\r\n", "\n").replace(TERMINAL, "");
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
