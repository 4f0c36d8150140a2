import type { CommandDefinition, CommandFlag } from "../command.ts";
import { OPTIONS } from "../consul-template/options.ts";

/** `remora consul-template`, and the program itself where it is called consul-template. */
export const CONSUL_TEMPLATE_COMMAND: CommandDefinition = {
  name: "consul-template",
  summary: "Stand in for consul-template: its flags, its configuration, its templates",
  usage: "[FLAGS]",
  description:
    "Takes consul-template's command line, with one dash or two, and reads CONSUL_* variables and its configuration in HCL or JSON as they are. A link called consul-template to the program does the same. Settings that consul-template does not have come from REMORA_* variables and remora.toml. docs/from-consul-template.md tells what is otherwise than in consul-template, and why.",
  examples: ['remora consul-template -template "in.ctmpl:/etc/app.conf:systemctl reload app"', "ln -s /usr/local/bin/remora /usr/local/bin/consul-template", "consul-template -config /etc/consul-template.d -once"],
  flags: OPTIONS.flatMap(({ flag, kind, value, doc }): readonly CommandFlag[] => (flag === undefined ? [] : kind === "boolean" ? [{ flag, type: "boolean", doc }] : [{ flag, type: "string", value: value ?? "TEXT", doc }])),
  settings: false,
  raw: true,
  run: async (invocation) => (await import("../consul-template/index.ts")).consulTemplate(invocation),
};
