import type { Pipe, Statement } from "../gotemplate/nodes.ts";

type Call = Extract<Statement, { kind: "template" }>;

/** `{{executeTemplate "name" .}}` of consul-template's as the `{{template "name" .}}` that prints the same; undefined for another pipeline. */
export function calledTemplate({ at, variables, commands: [command, ...more] }: Pipe): Call | undefined {
  const [name, template, dot, ...others] = command?.args ?? [];
  if (variables.length > 0 || more.length > 0 || others.length > 0) return undefined;
  if (name?.kind !== "identifier" || name.name !== "executeTemplate" || template?.kind !== "string") return undefined;
  return { kind: "template", at, name: template.value, pipe: dot && { kind: "pipe", at, assigns: false, variables: [], commands: [{ kind: "command", at, args: [dot] }] } };
}
