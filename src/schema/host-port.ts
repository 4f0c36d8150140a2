import * as v from "valibot";
import type { ValueSchema } from "./setting.ts";
import { notA, schema } from "./values.ts";

const HIGHEST_PORT = 65_535;

/** "HOST:PORT", or "HOST" for the usual port. */
export const hostPort: ValueSchema<string> = schema(v.pipe(v.string(notA("server")), v.check(isHostPort, notA("server"))), {
  type: "server",
  hint: 'Write a name or an IPv4 address and a port: "zk1.local:2181"',
});

function isHostPort(text: string): boolean {
  const [, port = "1"] = /^[^\s:/@[\],]+(?::(\d+))?$/.exec(text) ?? [undefined, "0"];
  return Number(port) >= 1 && Number(port) <= HIGHEST_PORT;
}
