import { oneLine, severalLines, uncoloured } from "../core/visible.ts";

export type Child = Node | null;

/** An element; what it holds are nodes, so that nothing is ever taken for markup. */
export function element<Tag extends keyof HTMLElementTagNameMap>(tag: Tag, attributes: Readonly<Record<string, string>> = {}, ...children: readonly Child[]): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children.filter((child) => child !== null));
  return made;
}

/** Words of our own. */
export function words(text: string): Text {
  return document.createTextNode(text);
}

/** A name or sentence from outside, in a line, apart from the direction in which its neighbours are written. */
export function told(text: string, attributes: Readonly<Record<string, string>> = {}): HTMLElement {
  return element("bdi", attributes, words(oneLine(text)));
}

/** What a program printed, as it stands; long ones are scrolled, by keys too. */
export function printed(text: string, label: string): HTMLElement {
  return element("pre", { tabindex: "0", role: "region", "aria-label": label }, words(severalLines(uncoloured(text.trimEnd()))));
}

/** Sets a text, where it is another one. */
export function setText(node: Node, text: string): void {
  if (node.textContent !== text) node.textContent = text;
}

/** A part of the page by its id. */
export function part(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`The page has no "${id}"`);
  return found;
}
