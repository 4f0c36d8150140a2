import type { GoFunctionDefinition } from "../engine/definition.ts";
import { FAMILIES } from "./index.ts";

/** The page docs/go-templates.md. */
export function goTemplatesPage(): string {
  return [INTRODUCTION, ...Object.entries(FAMILIES).map(([family, functions]) => `## ${family}\n\n${functions.map((each) => section(each)).join("\n")}`)].join("\n").replace(/\n+$/, "\n");
}

/** A function on its page; `of` is whose it is. */
export function section({ name, signature, doc, example, original }: GoFunctionDefinition, of = "confd"): string {
  return `### ${name}\n\n\`${signature}\`\n\n${doc}\n\n\`\`\`\n${example}\n\`\`\`\n\nIn ${of}: ${original}.\n`;
}

const INTRODUCTION = `# Go templates

A template whose name ends in \`.tmpl\` is one of Go's [text/template](https://pkg.go.dev/text/template), with the functions of
confd; one in \`.ctmpl\` has those of [consul-template](consul-template-functions.md), every other one is [nunjucks](functions.md). \`engine = "go"\`, \`engine = "consul-template"\` or \`engine = "nunjucks"\` in \`[template]\` says otherwise. The files of
confd are taken as they are: the language gives what Go 1.26 gives, byte for byte, and the functions are those of both lines of confd,
kelseyhightower's and abtreece's.

What is around the template is Remora's. A key that does not exist makes the unit wait until it is there. What a template read is
recorded, and it is rendered again when that changes. Values that Remora sealed are opened by \`getv\`, \`get\`, \`gets\` and \`getvs\`, and
a file with such a value has mode 0600 unless \`mode\` says otherwise. \`consul:/db/host\` is the key of another backend. With
[\`for_each\`](configuration.md) the dot is a map: \`{{.item.name}}\`; else it is nothing, as in confd.

Where confd is odd, a Go template is odd in the same way, and \`remora check\` tells of it with the line: \`lsdir "/"\` is always empty,
\`ls "/"\` knows no directories, names without a slash at their beginning find nothing, \`reverse\` does nothing to what \`gets\` gives. A template that
lists what is above the \`keys\` of its unit sees these keys alone, as in confd; without \`keys\` it sees all. A single key is
read wherever it is, which confd does for its \`keys\` alone.

A template never goes on for ever: five million steps, 16 MiB of text, 1,000 templates that call each other, ten files that include each other
and 10 s are the most, and what goes beyond is an error with its place. Regular expressions are those of RE2, whose time is bounded by the length
of the text.

The functions of the language itself (\`and\` \`call\` \`html\` \`index\` \`slice\` \`js\` \`len\` \`not\` \`or\` \`print\` \`printf\` \`println\` \`urlquery\` \`eq\` \`ne\` \`lt\` \`le\` \`gt\` \`ge\`) are in
[its documentation](https://pkg.go.dev/text/template#hdr-Functions). The others:
`;
