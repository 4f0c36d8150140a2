import { toLower, toUpper } from "../../core/letter-case.ts";
import { TemplateFault } from "../fault.ts";
import { toText } from "../values.ts";
import { integer, list, text, type TemplateFunction } from "./definition.ts";

export const TEXT_FUNCTIONS: readonly TemplateFunction[] = [
  {
    name: "split",
    signature: "split(text, separator)",
    doc: "The parts of a text between separators. An empty text is one empty part.",
    example: '{% for host in split(getv("/hosts"), ",") %}{{ host }} {% endfor %}',
    confd: "the same",
    filter: true,
    call: (_, value, separator) => (text(separator) === "" ? [...text(value)] : text(value).split(text(separator))),
  },
  {
    name: "join",
    signature: "join(list, separator)",
    doc: "The items of a list as one text with the separator between them.",
    example: '{{ join(getvs("/upstream/*"), ", ") }}',
    confd: "the same; as a filter it is nunjucks's own: list | join(separator)",
    call: (_, items, separator) => list(items).map(toText).join(text(separator)),
  },
  {
    name: "contains",
    signature: "contains(text, part)",
    doc: "Whether the part occurs in the text.",
    example: '{% if contains(getv("/features"), "tls") %}ssl on;{% endif %}',
    confd: "the same",
    filter: true,
    call: (_, value, part) => text(value).includes(text(part)),
  },
  {
    name: "replace",
    signature: "replace(text, old, new, count?)",
    doc: "The text with old replaced by new, count times; without a count, or with a negative one, everywhere.",
    example: '{{ replace(getv("/host"), ".", "-", -1) }}',
    confd: "the same; as a filter it is nunjucks's own: text | replace(old, new, count)",
    call: (_, value, old, replacement, count = -1) => replaced(text(value), text(old), text(replacement), integer(count)),
  },
  {
    name: "toUpper",
    signature: "toUpper(text)",
    doc: "The text in capital letters, each letter by itself: ß stays.",
    example: '{{ toUpper("up") }} {# UP #}',
    confd: "the same",
    filter: true,
    call: (_, value) => toUpper(text(value)),
  },
  {
    name: "toLower",
    signature: "toLower(text)",
    doc: "The text in small letters.",
    example: '{{ toLower("UP") }} {# up #}',
    confd: "the same",
    filter: true,
    call: (_, value) => toLower(text(value)),
  },
  {
    name: "trimPrefix",
    signature: "trimPrefix(text, prefix)",
    doc: "The text without the prefix, where it begins with it.",
    example: '{{ trimPrefix("/sites/shop", "/sites/") }} {# shop #}',
    confd: "the same",
    filter: true,
    call: (_, value, prefix) => (text(value).startsWith(text(prefix)) ? text(value).slice(text(prefix).length) : text(value)),
  },
  {
    name: "trimSuffix",
    signature: "trimSuffix(text, suffix)",
    doc: "The text without the suffix, where it ends with it.",
    example: '{{ trimSuffix("shop.conf", ".conf") }} {# shop #}',
    confd: "the same",
    filter: true,
    call: (_, value, suffix) => (text(suffix) !== "" && text(value).endsWith(text(suffix)) ? text(value).slice(0, -text(suffix).length) : text(value)),
  },
  {
    name: "indent",
    signature: "indent(spaces, text)",
    doc: "The text with so many spaces before each of its lines; an empty one stays empty.",
    example: '{{ indent(4, getv("/block")) }}',
    confd: "the same; as a filter it is nunjucks's own, which leaves the first line: text | indent(spaces)",
    call: (_, spaces, value) => indented(text(value), " ".repeat(Math.max(0, integer(spaces)))),
  },
  {
    name: "quote",
    signature: "quote(text)",
    doc: 'The text in double quotes, with " and \\ and control characters escaped.',
    example: 'name = {{ quote(getv("/name")) }}',
    confd: "the same; control characters are escaped as in JSON",
    filter: true,
    call: (_, value) => JSON.stringify(text(value)),
  },
  {
    name: "regexMatch",
    signature: "regexMatch(pattern, text)",
    doc: "Whether the regular expression matches somewhere in the text.",
    example: '{% if regexMatch("^10\\\\.", getv("/ip")) %}allow;{% endif %}',
    confd: "the same, in JavaScript's dialect",
    call: (_, pattern, value) => regex(text(pattern)).test(text(value)),
  },
  {
    name: "regexReplaceAll",
    signature: "regexReplaceAll(pattern, text, new)",
    doc: "The text with each match replaced; $1 and ${1} stand for the first group.",
    example: '{{ regexReplaceAll("[^a-z]+", getv("/name"), "_") }}',
    confd: "the same, in JavaScript's dialect",
    call: (_, pattern, value, replacement) =>
      text(value).replace(regex(text(pattern)), text(replacement).replace(/\$\{(\w+)\}/g, (_match, group: string) => (/^\d+$/.test(group) ? `$${group}` : `$<${group}>`))),
  },
];

/** An empty text stays empty, as in confd. */
function indented(value: string, pad: string): string {
  return value === "" ? "" : pad + value.replaceAll("\n", `\n${pad}`);
}

function replaced(value: string, old: string, replacement: string, count: number): string {
  const parts = value.split(old);
  if (count < 0 || count >= parts.length - 1) return parts.join(replacement);
  return parts.slice(0, count + 1).join(replacement) + old + parts.slice(count + 1).join(old);
}

function regex(pattern: string): RegExp {
  try {
    return new RegExp(pattern, "gu");
  } catch (thrown) {
    throw new TemplateFault(`"${pattern}" is not a regular expression`, { hint: thrown instanceof Error ? thrown.message : undefined });
  }
}
