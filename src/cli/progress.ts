import { oneLine } from "../core/visible.ts";
import type { Terminal } from "./command.ts";

/** One line on a terminal that is written over and over; nothing where there is no terminal. */
export interface Progress {
  show(text: string): void;
  /** Takes the line away. */
  clear(): void;
}

const BAR_WIDTH = 30;

/** "[##########..........] 12 of 24". */
export function progressBar(done: number, total: number): string {
  const filled = total === 0 ? BAR_WIDTH : Math.floor((done / total) * BAR_WIDTH);
  return `[${"#".repeat(filled)}${".".repeat(BAR_WIDTH - filled)}] ${done} of ${total}`;
}

export function progressLine(terminal: Terminal): Progress {
  let shown = false;
  if (!terminal.isTerminal) return { show() {}, clear() {} };
  return {
    show(text) {
      shown = true;
      terminal.write(`\r\u001b[2K${oneLine(text)}`);
    },
    clear() {
      if (shown) terminal.write("\r\u001b[2K");
      shown = false;
    },
  };
}
