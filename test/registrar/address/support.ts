import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { AddressFamily, InterfaceAddress, Network } from "../../../src/core/ports.ts";
import type { ChosenAddress } from "../../../src/registrar/address/choose.ts";
import { type NetNamespace, netNamespace } from "../../support/net-namespace.ts";
import { stopProcess } from "../../support/process.ts";

export interface Question {
  readonly env?: Readonly<Record<string, string>>;
  readonly registry?: { readonly host: string; readonly port: number };
  readonly families?: readonly AddressFamily[];
}

/** A network in which addresses are chosen by a process. */
export interface Chooser extends NetNamespace {
  /** What is chosen there now, or the error. */
  ask(specs: readonly string[], question?: Question): Promise<readonly ChosenAddress[] | { readonly code: string; readonly message: string; readonly hint: string }>;
  /** The addresses alone. */
  addresses(specs: readonly string[], question?: Question): Promise<readonly string[]>;
}

export async function chooserIn(): Promise<Chooser> {
  const namespace = await netNamespace();
  const [enter, ...args] = namespace.enter;
  const program = new URL("../../programs/address-chooser.ts", import.meta.url).pathname;
  const child = spawn(enter, [...args, process.execPath, "--import", "tsx", program], { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ask: Chooser["ask"] = async (specs, { env = {}, registry, families } = {}) => {
    child.stdin.write(`${JSON.stringify({ specs, env, registry, families })}\n`);
    const { value, done } = await lines.next();
    if (done) throw new Error("The chooser ended");
    return JSON.parse(value);
  };
  return {
    ...namespace,
    ask,
    async addresses(specs, question) {
      const answer = await ask(specs, question);
      if ("code" in answer) throw new Error(answer.message);
      return answer.map(({ address }) => address);
    },
    async [Symbol.asyncDispose]() {
      await stopProcess(child);
      await namespace[Symbol.asyncDispose]();
    },
  };
}

/** A machine with these addresses, as in { eth0: ["10.0.0.5"] }, whose ways all begin at one of them. */
export function networkOf(interfaces: Readonly<Record<string, readonly string[]>>, source: (host: string, family?: AddressFamily) => string | undefined = () => undefined): Network {
  const all = Object.entries(interfaces).flatMap(([name, addresses]) =>
    addresses.map((address): InterfaceAddress => ({ interface: name, family: address.includes(":") ? "IPv6" : "IPv4", address, loopback: name === "lo" })),
  );
  return { interfaces: () => all, sourceAddressTowards: async (host, _port, family) => source(host, family) };
}
