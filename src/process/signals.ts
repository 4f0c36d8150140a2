/** Linux's signals in the order of their numbers, from 1. */
const NAMES = "HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM STKFLT CHLD CONT STOP TSTP TTIN TTOU URG XCPU XFSZ VTALRM PROF WINCH IO PWR SYS".split(" ");

/** Those that end what Remora runs. */
export const STOP_SIGNALS = ["SIGTERM", "SIGINT", "SIGQUIT"] as const;

/** Those that an app is handed on as they are. The others cannot be caught, are about Remora itself (CHLD, PIPE), or are a fault of its own. */
export const PASSED_ON = "USR1 USR2 WINCH CONT TSTP TTIN TTOU ALRM VTALRM URG IO PWR XCPU XFSZ".split(" ").map((name) => `SIG${name}`);

/** The number of "SIGTERM" is 15; 0 for one that is not known. */
export function signalNumber(name: string): number {
  return NAMES.indexOf(name.replace(/^SIG/, "")) + 1;
}
