const PASSED_ON = /^(PATH|HOME|USER|LOGNAME|SHELL|LANG|LC_\w+|TZ|TMPDIR|HOSTNAME|TERM)$/;
const OWN_RUNTIME = ["BUN_OPTIONS", "BUN_BE_BUN"];
/** What the service manager told Remora, and nobody else. */
const OWN_SERVICE = ["NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"];
const DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** The small environment of check and reload commands; tokens, passwords and options of our own runtime are not in it. */
export function commandEnvironment(env: Readonly<Record<string, string | undefined>>): Readonly<Record<string, string>> {
  const kept = Object.entries(env).filter((pair): pair is [string, string] => pair[1] !== undefined && PASSED_ON.test(pair[0]));
  return { PATH: DEFAULT_PATH, ...Object.fromEntries(kept) };
}

/** The environment of the app: Remora's own, without its passwords and the options of our own runtime. */
export function appEnvironment(env: Readonly<Record<string, string | undefined>>, passwords: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(env).filter((pair): pair is [string, string] => pair[1] !== undefined && ![...OWN_RUNTIME, ...OWN_SERVICE, ...passwords].includes(pair[0])));
}
