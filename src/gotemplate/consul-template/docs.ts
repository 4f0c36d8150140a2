import { section } from "../confd/docs.ts";
import { FAMILIES } from "./index.ts";

/** The page docs/consul-template-functions.md. */
export function consulTemplatePage(): string {
  const families = Object.entries(FAMILIES).map(([family, functions]) => `## ${family}\n\n${functions.map((each) => section(each, "consul-template")).join("\n")}`);
  return [INTRODUCTION, ...families].join("\n").replace(/\n+$/, "\n");
}

const INTRODUCTION = `# consul-template's functions

A template whose name ends in \`.ctmpl\`, or with \`engine = "consul-template"\` in its \`[template]\`, is one of Go's
[text/template](go-templates.md) with the functions of consul-template. How to move from there is on [a page of its own](from-consul-template.md).

Keys are those of the unit's backend: \`backend = "consul"\` makes them Consul's, and with another backend the same templates read etcd, Redis or
a file. \`key "consul:/db/host"\` is the key of another backend, and \`key "db/host@dc2"\`, as \`ls\`, \`tree\` and all others, one of another datacenter of
Consul's. Each datacenter is followed by itself, by the name \`consul@dc2\`: one that is away keeps back those units alone that read from it. A leading slash may be left out, as in consul-template. \`service\`, \`services\`,
\`node\`, \`nodes\` and \`datacenters\` read Consul's catalog, and with a path in place of a name what a registrar published: \`service "etcd:/services/web"\`.

A unit waits for each key that \`key\` reads and that is not there, and tells which one; until then, and when a key is deleted later, its
targets stay as they are. Lists that become empty are taken as they are only with \`on_empty = "render"\`; \`safeLs\` and \`safeTree\` wait. All templates see one
moment, only those that read what changed are rendered again, and sealed values are opened.
`;
