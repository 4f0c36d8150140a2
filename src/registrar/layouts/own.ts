import { AppError } from "../../core/error.ts";
import type { Instance } from "../../core/instance.ts";
import type { Key } from "../../core/key.ts";
import { didYouMean } from "../../core/suggest.ts";
import { type LayoutDefinition, segmentProblem, unfit } from "./layout.ts";

/** A key and a value of one's own: key = "/app/server/{{ port }}", value = "{{ address }}:{{ port }}". */
export const ownLayout: LayoutDefinition = {
  name: "own",
  summary: "a key and a value of one's own, with placeholders",
  open(options) {
    const key = parse("key", options.key);
    const value = parse("value", options.value);
    if (!options.key?.startsWith("/")) throw refused("key", `"${options.key}" does not begin with a slash`);
    return (instance) => [{ key: fillKey(key, instance), value: fill(value, instance) }];
  },
};

/** What a placeholder stands for; beside these, "attributes.X" is the attribute X. */
const PLACEHOLDERS: Readonly<Record<string, (instance: Instance) => string>> = {
  id: ({ id }) => id,
  name: ({ name }) => name,
  address: ({ address }) => address,
  /** The address as it stands in a URL: IPv6 in brackets. */
  host: ({ address }) => (address.includes(":") ? `[${address}]` : address),
  port: ({ port }) => String(port),
  tags: ({ tags }) => tags.join(","),
  health: ({ health }) => health,
};

const ATTRIBUTE = "attributes.";

type Part = { readonly kind: "text"; readonly text: string } | { readonly kind: "placeholder"; readonly name: string };

function parse(what: "key" | "value", template: string | undefined): Part[] {
  if (template === undefined) throw refused(what, "it is missing");
  const parts = template.split(/\{\{\s*([^{}]*?)\s*\}\}/).map((text, index): Part => (index % 2 === 0 ? { kind: "text", text } : { kind: "placeholder", name: text }));
  for (const part of parts) {
    if (part.kind === "placeholder") checkPlaceholder(what, part.name);
    else if (/\{\{|\}\}/.test(part.text)) throw refused(what, `"${template}" has braces without a placeholder`);
  }
  return parts;
}

function checkPlaceholder(what: "key" | "value", name: string): void {
  if (Object.hasOwn(PLACEHOLDERS, name) || (name.startsWith(ATTRIBUTE) && name !== ATTRIBUTE)) return;
  const known = Object.keys(PLACEHOLDERS);
  const misspelt = /^(\w+)\.(.+)$/.exec(name);
  const near = misspelt === null ? didYouMean(name, known) : didYouMean(`${misspelt[1]}.`, [ATTRIBUTE])?.replace(`${ATTRIBUTE}"`, `${ATTRIBUTE}${misspelt[2]}"`);
  throw refused(what, `placeholder "${name}" is not known`, near ?? `Known: ${[...known, `${ATTRIBUTE}X`].join(", ")}`);
}

function refused(what: "key" | "value", reason: string, hint = 'It is as key = "/app/server/{{ port }}", value = "{{ address }}:{{ port }}"'): AppError {
  return new AppError("CONFIG_INVALID", `Cannot use the ${what} of the layout: ${reason}`, { hint });
}

function fillKey(parts: readonly Part[], instance: Instance): Key {
  const key = fill(parts, instance, (name, text) => {
    if (text.includes("/")) throw unfit(instance, `its ${name} has a slash`);
  });
  const problem = key.slice(1).split("/").map(segmentProblem).find((found) => found !== undefined);
  if (problem !== undefined) throw unfit(instance, `a part of its key "${key}" ${problem}`);
  return key as Key;
}

function fill(parts: readonly Part[], instance: Instance, check: (name: string, text: string) => void = () => {}): string {
  return parts.map((part) => {
    if (part.kind === "text") return part.text;
    const text = valueOf(part.name, instance);
    check(part.name, text);
    return text;
  }).join("");
}

function valueOf(name: string, instance: Instance): string {
  const known = Object.hasOwn(PLACEHOLDERS, name) ? PLACEHOLDERS[name] : undefined;
  if (known !== undefined) return known(instance);
  const attribute = name.slice(ATTRIBUTE.length);
  const { attributes } = instance;
  const value = Object.hasOwn(attributes, attribute) ? attributes[attribute] : undefined;
  if (value === undefined) throw unfit(instance, `it has no attribute "${attribute}"`, didYouMean(attribute, Object.keys(attributes)));
  return value;
}
