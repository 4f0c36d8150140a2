import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { runProgram, stopProcess } from "./process.ts";

/** A network of the test's own: it holds the loopback interface alone, and is gone with the test. */
export interface NetNamespace extends AsyncDisposable {
  /** Runs "ip" with words parted by blanks. */
  ip(...commands: readonly string[]): Promise<void>;
  /** An interface that is up, with these addresses, usable at once. */
  addInterface(name: string, ...addresses: readonly string[]): Promise<void>;
  /** What stands before the arguments of a program that is to run in it. */
  readonly enter: readonly [string, ...string[]];
}

/** Makes one; needs the rights of root and the programs of iproute2 and util-linux. */
export async function netNamespace(): Promise<NetNamespace> {
  // It lasts as long as a process in it does, and that one as long as the test holds its input.
  const holder = spawn("unshare", ["-n", "sh", "-c", "ip link set lo up && echo ready && exec cat"], { stdio: ["pipe", "pipe", "inherit"] });
  await new Promise<void>((resolve, reject) => {
    holder.once("error", reject);
    holder.once("exit", () => reject(new Error("This test needs a network namespace: run it as root, with util-linux and iproute2")));
    createInterface({ input: holder.stdout }).once("line", () => resolve());
  });
  const enter = ["nsenter", "-t", String(holder.pid), "-n"] as const;
  const ip = async (...commands: readonly string[]) => {
    for (const command of commands) {
      const { code, stderr } = await runProgram([...enter, "ip", ...command.split(" ")]);
      if (code !== 0) throw new Error(`ip ${command}: ${stderr}`);
    }
  };
  return {
    enter: [...enter],
    ip,
    async addInterface(name, ...addresses) {
      await ip(`link add ${name} type veth peer name ${name}-peer`, `link set ${name}-peer up`, `link set ${name} up`);
      for (const address of addresses) await ip(`addr add ${address} dev ${name}${address.includes(":") ? " nodad" : ""}`);
    },
    async [Symbol.asyncDispose]() {
      holder.stdin.end();
      await stopProcess(holder);
    },
  };
}
