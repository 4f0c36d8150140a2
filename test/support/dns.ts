import { spawn } from "node:child_process";
import { Resolver } from "node:dns/promises";
import { eventually } from "./eventually.ts";
import { stopProcess } from "./process.ts";
import { requireProgram } from "./requires.ts";
import { tempDir } from "./temp.ts";

/** A real name server on a loopback address of its own. Its names are those below example.test; it knows that there are no others there, and refuses to tell of the rest of the world. */
export interface NameServer extends AsyncDisposable {
  /** To be seen by a program in the place of the machine's files. */
  readonly mounts: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

export interface NameRecords {
  /** "_etcd._tcp.example.test", and where to: "one.example.test:2379". */
  readonly services?: readonly (readonly [name: string, target: string])[];
  /** IPv4 addresses by their names. */
  readonly hosts?: Readonly<Record<string, string>>;
}

/** Starts one; needs the rights of root, as it answers at port 53. */
export async function startNameServer({ services = [], hosts = {} }: NameRecords): Promise<NameServer> {
  const directory = await tempDir();
  const address = `127.${[0, 0, 0].map(() => 2 + Math.floor(Math.random() * 250)).join(".")}`;
  const records = [...services.map(([name, target]) => `--srv-host=${name},${target.replace(":", ",")}`), ...Object.entries({ ...hosts, "ready.example.test": address }).map(([name, ip]) => `--host-record=${name},${ip}`)];
  const alone = ["--conf-file=/dev/null", "--pid-file=", "--user=root", "--no-resolv", "--no-hosts", "--local=/example.test/"];
  const child = spawn(requireProgram("dnsmasq"), ["--keep-in-foreground", ...alone, `--listen-address=${address}`, "--bind-interfaces", ...records], { stdio: ["ignore", "ignore", "inherit"] });
  const resolver = new Resolver({ timeout: 200, tries: 1 });
  resolver.setServers([address]);
  await eventually(async () => {
    if (child.exitCode === null) await resolver.resolve4("ready.example.test");
  });
  if (child.exitCode !== null) throw new Error("dnsmasq did not start: run the test as root");
  const stop = () => stopProcess(child, "SIGKILL");
  return {
    mounts: { "/etc/resolv.conf": await directory.write("resolv.conf", `nameserver ${address}\noptions timeout:1 attempts:1\n`) },
    stop,
    async [Symbol.asyncDispose]() {
      await stop();
      await directory[Symbol.asyncDispose]();
    },
  };
}
