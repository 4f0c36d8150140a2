import type { CommandDefinition } from "../command.ts";
import { OPTIONS } from "../confd/options.ts";

/** `remora confd`, and the program itself where it is called confd. */
export const CONFD_COMMAND: CommandDefinition = {
  name: "confd",
  summary: "Stand in for confd: its flags, its configuration, its resources",
  usage: "[FLAGS] [BACKEND] [FLAGS]",
  description:
    "Takes the command lines of both lines of confd, with one dash or two, and reads CONFD_* variables, confd.toml, conf.d/ and templates/ as they are. A link called confd to the program does the same. Settings that confd does not have come from REMORA_* variables and a remora.toml in the confdir. docs/from-confd.md tells what is otherwise than in confd, and why.",
  examples: ["remora confd etcd --node http://10.0.0.1:2379 --watch", "ln -s /usr/local/bin/remora /usr/local/bin/confd", "confd -onetime -backend etcd -node http://10.0.0.1:2379 -confdir /etc/confd"],
  flags: OPTIONS.map(({ name, kind, value, doc }) => (kind === "boolean" ? { flag: name, type: "boolean", doc } : { flag: name, type: "string", value: value ?? "TEXT", doc })),
  settings: false,
  raw: true,
  run: async (invocation) => (await import("../confd/index.ts")).confd(invocation),
};
