import { TemplateFault } from "../fault.ts";
import { shown } from "../values.ts";
import { memberOf } from "../members.ts";
import { integer, list, text, type TemplateFunction } from "./definition.ts";

const LONGEST_SEQUENCE = 1_000_000;

export const LIST_FUNCTIONS: readonly TemplateFunction[] = [
  {
    name: "map",
    signature: "map(...keysAndValues)",
    doc: "An object of the given keys and values, by turns.",
    example: '{% set site = map("name", "shop", "port", 80) %}{{ site.name }}',
    confd: "the same",
    call: (_, ...items) => mapped(items),
  },
  {
    name: "reverse",
    signature: "reverse(list)",
    doc: "The list from its end to its beginning; the given one stays as it is.",
    example: '{% for p in reverse(gets("/rules/*")) %}{{ p.value }} {% endfor %}',
    confd: "the same, and it works on what gets() gives; as a filter it is nunjucks's own",
    call: (_, items) => [...list(items)].reverse(),
  },
  {
    name: "sortByLength",
    signature: "sortByLength(list)",
    doc: "The texts of a list, the shortest first; of the same length, in their order.",
    example: '{{ sortByLength(ls("/sites")) | join(" ") }}',
    confd: "the same, and stable",
    filter: true,
    call: (_, items) => list(items).map(text).sort((a, b) => a.length - b.length),
  },
  {
    name: "sortKVByLength",
    signature: "sortKVByLength(pairs)",
    doc: "The pairs of a list, the shortest key first; of the same length, in their order.",
    example: '{% for p in sortKVByLength(gets("/paths/*")) %}{{ p.value }} {% endfor %}',
    confd: "the same, and stable",
    filter: true,
    call: (_, pairs) => list(pairs).map((pair) => ({ pair, length: keyOf(pair).length })).sort((a, b) => a.length - b.length).map(({ pair }) => pair),
  },
  {
    name: "seq",
    signature: "seq(first, last)",
    doc: "The whole numbers from first to last, both with it; downwards when last is the smaller one.",
    example: "{% for i in seq(1, 3) %}worker-{{ i }} {% endfor %}",
    confd: "the same as confd 0.41",
    call: (_, first, last) => sequence(integer(first), integer(last)),
  },
];

function mapped(items: readonly unknown[]): object {
  if (items.length % 2 !== 0) throw new TemplateFault("it needs a value for each key");
  const made = Object.create(null) as Record<string, unknown>;
  for (let at = 0; at < items.length; at += 2) made[text(items[at])] = items[at + 1];
  return made;
}

function keyOf(pair: unknown): string {
  const key = memberOf(pair, "key");
  if (typeof key !== "string") throw new TemplateFault(`it needs a list of pairs, not of ${shown(pair)}`);
  return key;
}

function sequence(first: number, last: number): number[] {
  const length = Math.abs(last - first) + 1;
  if (length > LONGEST_SEQUENCE) throw new TemplateFault(`a sequence of ${length} numbers is too long`);
  return Array.from({ length }, (_, index) => (last >= first ? first + index : first - index));
}
