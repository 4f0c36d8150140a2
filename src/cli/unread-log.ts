import type { Logger } from "../core/ports.ts";
import type { Invocation } from "./command.ts";

/** Has a command that stays go on where nobody reads its log, until the answer is disposed of. */
export function goOnUnread({ outside }: Invocation, log: Logger): AsyncDisposable | undefined {
  return outside.stderr.goOn?.((lines) => log.warn("Lines of the log were lost", { lines }));
}
