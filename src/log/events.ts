import type { LogLevel } from "../core/ports.ts";

/** One event of the log: how important it is, its fields, and what it means. */
export interface LogEventInfo {
  readonly level: LogLevel;
  /** In the order of the line; not all are in every line. */
  readonly fields: readonly string[];
  readonly meaning: string;
}

/** Every message that Remora logs, by its text: docs/logs.md is printed from this. */
export const EVENTS: Readonly<Record<string, LogEventInfo>> = {
  // The program
  Started: event("info", ["version", "units"], "`remora run` has read its configuration and begins"),
  Stopping: event("info", ["reason"], "A stop signal came, or the app ended"),
  Stopped: event("info", [], "Everything that was running has ended"),
  "Took up a new configuration": event("info", ["units"], "At SIGHUP, POST /reload, or as a file of it changed"),
  "Configuration refused, going on with the present one": event("error", ["error", "at", "hint"], "The new one is wrong; nothing of it is used"),
  "Configuration is odd": event("warn", ["warning"], "Something in it is probably not meant, as a variable that no setting has"),
  "Cannot follow the configuration files": event("warn", ["error"], "A change of them is not noticed; SIGHUP still is"),
  "Telling metrics": event("info", ["at"], "Where `--metrics-addr` of confd asks for it"),
  "Telling the status": event("info", ["at", "token", "local"], "Where `[status] listen` asks for it; `token`: one is needed, `local`: only this machine reaches it"),
  "The status is not told, going on without": event("warn", ["error", "hint"], "The socket in the state directory cannot be had"),
  "Telling the status no more": event("info", ["at"], "A new configuration listens elsewhere"),
  "Lines of the log were lost": event("warn", ["lines"], "Nobody read the pipe that standard error is, for longer than 1 MiB of lines could be kept; the status has the last ones"),
  "Cannot tell the service manager, going on": event("warn", ["error", "hint"], "systemd does not take what it is told over NOTIFY_SOCKET"),
  "Internal error": event("error", ["registry", "source", "error"], "A defect in Remora, with its stack: please report it"),
  "Everything that was running has ended": event("debug", [], "The engine of one configuration has ended"),

  // Units
  Rendered: event("debug", ["unit", "outcome"], "A unit was rendered: `rendered` or `failed`"),
  "Waiting for keys": event("warn", ["unit", "missing", "times", "since"], "A template needs keys that do not exist; the files stay. Of `remora render --wait` at level info"),
  "Waiting for services": event("warn", ["unit", "missing", "times", "since"], "Services that are required have no instance that passes"),
  "Unit failed": event("error", ["unit", "step", "error", "at", "output", "hint", "times", "since"], "A step failed: render, stage, check, commit or reload; it is tried again"),
  Committed: event("info", ["unit", "targets"], "The targets hold what was rendered"),
  Reloaded: event("info", ["unit", "took_ms"], "The service took it up"),
  "Rolled back": event("warn", ["unit", "targets"], "The reload failed, and the former files are back"),
  "Reload after rolling back failed too": event("error", ["unit", "error"], "The service does not take up the former files either"),
  "Repaired mode or owner": event("info", ["target"], "Somebody had changed them"),
  "Target cannot be swapped, it is written in place": event("warn", ["target", "hint"], "It is mounted by itself, so a reader may see half of it"),
  "Target with secrets is readable by all users": event("warn", ["target", "mode", "hint"], "Its `mode` says so"),
  "File of an item that went was changed by another hand, it is kept": event("warn", ["unit", "target"], "What for_each wrote is not removed, as it is no longer what was written"),
  "Key file is not safe, used all the same": event("warn", ["file", "reason"], "`insecure_keyring` says so"),

  // After a kill
  "Finished a commit that a killed run had begun": event("warn", ["unit", "targets"], "All files of the unit are the new ones"),
  "Undid a commit that a killed run had begun": event("warn", ["unit", "targets"], "All files of the unit are the former ones"),
  "Cannot finish a commit that a killed run had begun": event("warn", ["unit", "error"], "It is undone instead"),
  "Cannot undo a commit that a killed run had begun": event("error", ["unit", "targets", "error"], "The files of the unit may not go together until it is applied"),
  "Removed what a killed run had staged": event("info", ["path"], "A temporary file beside a target"),
  "State file cannot be read, starting without it": event("warn", ["moved_to"], "What was applied is not known any more: reloads run once more"),
  "Took over the lock of a process that is gone": event("debug", ["holder"], "The Remora before this one was killed"),

  // Backends
  "Backend is away, trying again": event("warn", ["backend", "error", "at", "hint", "times", "since"], "Units keep their files; it is tried for ever, at least once a second"),
  "Backend is back": event("info", ["backend", "away_ms"], "What changed meanwhile comes now"),
  "Waiting for the reload lock": event("info", ["unit", "why"], "Others of the fleet reload first, or a reload failed there and the roll-out stands"),
  "Took the reload lock": event("debug", ["unit", "lock"], "The reload begins"),
  "Going on with what the backend last held": event("warn", ["backend", "since"], "It does not answer yet, and the cache stands in for it: it held this until then"),
  "Cache is too old": event("warn", ["backend", "since"], "Older than --stale-ok allows: not used"),
  "Cache cannot be used": event("warn", ["backend", "path", "error"], "Damaged, or of another version: passed over, written anew when the backend answers"),
  "Cache cannot be saved": event("warn", ["backend", "path", "error", "hint"], "Nothing else changes; told once until it works again"),
  "Reading everything again": event("info", ["backend", "reason"], "A watch cannot go on where it was: compacted, or the store was restored"),
  "Left out keys that are not canonical": event("warn", ["backend", "first"], "No template can name keys such as `a//b`, or that are no UTF-8"),

  "Left out names that are no keys": event("warn", ["backend", "first"], "In Redis; told once"),
  "Redis does not tell what changes, all is read again from time to time": event("warn", ["backend", "every_ms", "hint"], "Its user may not use CLIENT TRACKING; told once"),
  "Left out what the token may not read": event("warn", ["backend", "path"], "In Vault; told once for each path"),

  // The app
  "Started the app": event("info", ["pid", "program"], "The child of `remora run -- CMD`"),
  "Restarting the app": event("info", ["pid"], "For a change of a unit that says so"),
  "The app ended, and is started again": event("warn", ["code", "signal", "ran_ms", "ends", "again_in_ms"], "`ends`: in a row, each before it was stable"),
  "The app is in a crash loop": event("error", ["code", "signal", "ran_ms", "ends", "again_in_ms"], "It ended five times in a row before it was stable"),
  "The app is out of its crash loop": event("info", [], "It has been up for `stable_after`"),
  "The app cannot be started again": event("error", ["error", "hint"], "It is tried again later"),
  "Environment changed": event("info", ["unit", "changed"], "Variables that the app is given, by their names"),
  "Required services changed": event("info", ["unit", "changed"], "Where services that the app requires are"),
  "Orphans of the app stay as zombies": event("warn", ["hint"], "As process 1, Remora cannot take them over here"),

  // Certificates
  "Certificate made": event("info", ["certificate", "names", "until", "fingerprint"], "There was none"),
  "Certificate renewed": event("info", ["certificate", "names", "until", "fingerprint"], "Two thirds of its life were over, or its names changed"),
  "Certificate failed": event("error", ["certificate", "error", "at", "hint", "times", "since"], "It can be neither read nor made; it is tried again"),
  "Certificate is in order again": event("info", ["certificate", "names", "until", "fingerprint"], "After it had failed"),

  // The registrar
  Registered: event("info", ["registry", "id"], "It is there, and kept alive"),
  Deregistered: event("info", ["registry", "id"], "It was taken back"),
  "Nothing of it was registered from here": event("info", [], "`remora deregister` found nothing to take back"),
  "Registry is away, trying again": event("warn", ["registry", "error", "hint", "times", "since"], "What is registered stays until its TTL"),
  "Registry is back": event("info", ["registry"], "Everything is compared anew"),
  "Registrations may be gone, looking at all of them": event("warn", ["registry"], "A lease was lost, or an agent was restarted"),
  "Cannot register, trying again": event("error", ["registry", "id", "error", "hint", "times", "since"], "The registry refuses this one"),
  "Cannot register an instance": event("error", ["error", "hint"], "The registry cannot hold it as it is"),
  "Cannot keep the registrations alive": event("debug", ["registry", "error"], "They are looked at"),
  "Lost touch with what keeps the registrations": event("debug", ["registry", "error"], "It is looked for anew"),
  "Address chosen": event("info", ["address", "why"], "What is advertised, as it is chosen first or changes"),
  "Address kept, as no other is found": event("warn", ["address", "error", "hint"], "The rule matches nothing any more"),
  "No address to advertise, looking again": event("warn", ["error", "hint"], "Nothing is registered until there is one"),
  "Chose an address of this machine": event("info", ["address", "spec", "why"], "For containers that are published there"),
  "Following the Docker engine": event("info", ["engine", "api", "server", "podman", "containers"], "The list of its containers is complete"),
  "Cannot follow the Docker engine, its containers stay as they were": event("warn", ["error", "hint"], "It is tried again"),
  "Found an instance": event("info", ["id", "address", "port", "rule"], "Of a container, with the rule of `--address` that found its address"),
  "A container is registered without what a flag asks for": event("warn", ["container", "error"], "Without tags that a template of `--tags` fails to make, or at the address that the rules find, as its label of `--useIpFromLabel` holds none"),
  "Cannot inspect a container, it stays as it was": event("warn", ["container", "error", "hint"], "It is tried again"),
  "An attribute is left out: Consul takes 64 of up to 512 bytes": event("warn", ["registry", "service", "attribute"], "Once for each"),
  "Took over a key": event("warn", ["registry", "key", "from"], "Somebody else's, as `on_conflict` says so"),
  "Took over a node": event("warn", ["registry", "path", "from"], "Likewise, in ZooKeeper"),
  "Took over a service of Consul": event("warn", ["id", "from"], "Likewise"),
  "Took over a service of Docker Flow Proxy": event("warn", ["id"], "Likewise"),
  "Took over a member of a list in Redis": event("warn", ["id", "from"], "Likewise"),
  "Removed what a dead registrar left": event("info", ["registry", "registrar", "registrations"], "In Redis, which takes nothing away by itself"),
};

function event(level: LogLevel, fields: readonly string[], meaning: string): LogEventInfo {
  return { level, fields, meaning };
}
