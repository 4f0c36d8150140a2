import type { Container } from "../../../clients/docker/container.ts";

/** Whether a signal is one by which a container is stopped, and not one that only tells it something, as SIGHUP does. */
export function stops(signal: number, { stopSignal }: Pick<Container, "stopSignal">): boolean {
  return signal === TERM || signal === KILL || signal === numberOf(stopSignal);
}

const KILL = 9;
const TERM = 15;
const RTMIN = 34;

/** "SIGQUIT", "quit", "3" and "SIGRTMIN+3" as Linux numbers them; undefined for what is no signal. */
function numberOf(text: string): number | undefined {
  const name = text.trim().toUpperCase().replace(/^SIG/, "");
  if (/^\d+$/.test(name)) return Number(name);
  const realTime = /^RTMIN(?:\+(\d+))?$/.exec(name);
  return realTime === null ? NUMBERS[name] : RTMIN + Number(realTime[1] ?? 0);
}

const NUMBERS: Readonly<Record<string, number>> = { HUP: 1, INT: 2, QUIT: 3, ABRT: 6, USR1: 10, USR2: 12, TERM: 15, CONT: 18, STOP: 19, TSTP: 20, WINCH: 28, PWR: 30 };
