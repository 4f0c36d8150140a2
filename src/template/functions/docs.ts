import type { TemplateFunction } from "./definition.ts";
import { FAMILIES } from "./index.ts";

/** The page docs/functions.md. */
export function functionsPage(): string {
  return [INTRODUCTION, ...Object.entries(FAMILIES).map(([family, functions]) => `## ${family}\n\n${functions.map(section).join("\n")}`), RULES].join("\n");
}

function section({ name, signature, doc, example, confd, filter }: TemplateFunction): string {
  const alsoFilter = filter === true ? ` Also a filter: \`value | ${name}\`.` : "";
  return `### ${name}\n\n\`${signature}\`\n\n${doc}${alsoFilter}\n\n\`\`\`jinja\n${example}\n\`\`\`\n\nIn confd: ${confd}.\n`;
}

const INTRODUCTION = `# Template functions

Templates are [nunjucks](https://mozilla.github.io/nunjucks/templating.html), the language of Jinja. Nothing is escaped, a line with only a
tag or comment leaves no empty line, and values are data: a value is never read as a template. Below are the functions beside nunjucks's own
tags, tests and filters. A key of another backend is written with its name: \`getv("consul:/db/host")\`, one of another
datacenter of Consul's as \`getv("consul@dc2:/db/host")\`; the keys of its pairs
come without that name.
`;

const RULES = `## Undefined values

Naming what is not defined is an error with file and line: a variable, a member of an object, a function, a filter, also in \`{% if name %}\`.
What may be missing says so: \`name | default("x")\`, \`{% if name is defined %}\`, \`getv("/key", "x")\`. A filter or method that finds
nothing, such as \`first\` of an empty list, is an error in the same way. JSON's null is defined and prints nothing.

Behind a dot are the members of data, the length and items of lists and texts, and of JavaScript's methods the harmless ones:
\`startsWith\`, \`endsWith\`, \`includes\`, \`indexOf\`, \`slice\`, \`split\`, \`trim\`, \`replace\`, \`padStart\`, \`repeat\` and their like for texts,
\`slice\`, \`join\`, \`includes\`, \`indexOf\`, \`concat\`, \`flat\`, \`push\` for lists.
`;
