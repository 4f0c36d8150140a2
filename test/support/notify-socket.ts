import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { eventually } from "./eventually.ts";
import { stopProcess } from "./process.ts";

/** A socket as systemd gives it to a service, with what was told there. */
export interface NotifySocket extends AsyncDisposable {
  /** For NOTIFY_SOCKET. */
  readonly name: string;
  /** Each message, in the order in which it came, without the barriers of systemd-notify. */
  readonly messages: readonly string[];
  /** Waits for a message that fits, after `from` of them; answers it. */
  waitFor(fits: RegExp, options?: { readonly from?: number }): Promise<string>;
}

/** Listens at a path, or at an abstract "@name". */
export async function notifySocket(name: string): Promise<NotifySocket> {
  const child = spawn("/usr/bin/python3", [new URL("../programs/notify-receiver.py", import.meta.url).pathname, name], { stdio: ["ignore", "pipe", "inherit"] });
  const messages: string[] = [];
  const listening = new Promise<void>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", () => reject(new Error(`Nobody listens at ${name}`)));
    createInterface({ input: child.stdout }).on("line", (line) => {
      const message = JSON.parse(line) as string;
      if (message === "listening") resolve();
      else if (message !== "BARRIER=1") messages.push(message);
    });
  });
  await listening;
  return {
    name,
    messages,
    waitFor: (fits, { from = 0 } = {}) =>
      eventually(
        () => {
          const found = messages.slice(from).find((message) => fits.test(message));
          if (found === undefined) throw new Error(`no message ${fits} among:\n${messages.join("\n--\n")}`);
          return found;
        },
        { within: 15_000 },
      ),
    [Symbol.asyncDispose]: () => stopProcess(child),
  };
}
