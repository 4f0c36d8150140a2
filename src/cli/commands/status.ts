import { askStatus } from "../../clients/status/ask.ts";
import { loadSettings } from "../../config/load.ts";
import type { Settings } from "../../core/configuration.ts";
import { AppError, toAppError } from "../../core/error.ts";
import { isLocal, type ListenAddress } from "../../core/listen-address.ts";
import type { Clock } from "../../core/ports.ts";
import type { StatusDocument } from "../../core/status-document.ts";
import { oneLine } from "../../core/visible.ts";
import type { Invocation } from "../command.ts";
import { defaultAddresses } from "../status-listeners.ts";
import { statusTables } from "../status-tables.ts";
import { tokenReader } from "../status-token.ts";

/** A Remora that runs answers at once; one that does not is not well. */
const ANSWER_WITHIN_MS = 5_000;
const NOT_READY = 1;

/** Asks the Remora that runs with this configuration how it stands; with --ready the exit status says whether it is. */
export async function status(invocation: Invocation): Promise<number> {
  const { flags, outside } = invocation;
  const settings = await settingsOf(invocation);
  const text = await ask(settings, invocation);
  const document = read(text);
  if (flags.json === true) outside.stdout.write(text);
  else if (flags.ready === true) outside.stdout.write(document.ready ? "ready\n" : `not ready\n${document.not_ready.map((why) => `  ${oneLine(why)}\n`).join("")}`);
  else outside.stdout.write(statusTables(document));
  return flags.ready === true && !document.ready ? NOT_READY : 0;
}

/** A configuration that is wrong by now may be another's, and the one that runs goes on with an older one: it can be asked all the same. */
async function settingsOf({ outside, flags }: Invocation): Promise<Settings> {
  const options = { env: outside.env, flags, cwd: outside.cwd };
  const { files } = outside.ports;
  try {
    return (await loadSettings({ ...options, files })).settings;
  } catch (thrown) {
    const { settings } = await loadSettings({ ...options, files: { ...files, read: async () => undefined } }).catch(() => {
      throw thrown;
    });
    outside.stderr.write(`remora: going by flags and variables alone: ${toAppError(thrown).message}\n`);
    return settings;
  }
}

/** Asks at each address until one answers, at those of this machine first, and last at the sockets of the state directory. Throws why the first one does not. */
async function ask(settings: Settings, { outside, flags, mask }: Invocation): Promise<string> {
  const { listen, tokenFile } = settings.status;
  if (listen?.length === 0) throw new AppError("STATUS_UNREACHABLE", "Cannot ask for the status: [status] listen is off", { hint: "Let it listen at a socket" });
  const defaults = defaultAddresses(settings);
  // The configuration of the one that runs may be an older one. A flag names the one that is meant.
  const own = flags["status-listen"] === undefined ? [defaults.run, defaults.register] : [];
  const addresses = [...(listen ?? []).toSorted((a, b) => Number(isLocal(b)) - Number(isLocal(a))), ...own];
  const failures: unknown[] = [];
  for (const address of addresses) {
    try {
      const token = address.kind === "unix" || tokenFile === undefined ? undefined : await tokenReader(tokenFile, { files: outside.ports.files, mask })();
      return await askOne(address, token, outside.ports);
    } catch (thrown) {
      failures.push(thrown);
    }
  }
  throw failures[0];
}

async function askOne(at: ListenAddress, token: string | undefined, { clock }: { readonly clock: Clock }): Promise<string> {
  const limit = new AbortController();
  const cancel = clock.after(ANSWER_WITHIN_MS, () => limit.abort(new AppError("STATUS_UNREACHABLE", "Cannot ask for the status: Remora takes the connection and does not answer")));
  try {
    const { status: code, body } = await askStatus({ at: reachable(at), path: "/status", token }, limit.signal);
    if (code === 200) return body;
    throw new AppError("STATUS_UNREACHABLE", `Cannot ask for the status: ${body.trim() || `the answer is ${code}`}`);
  } finally {
    cancel();
  }
}

/** Who listens at all addresses is asked at this machine's own. */
function reachable(at: ListenAddress): ListenAddress {
  if (at.kind === "unix") return at;
  return { ...at, host: at.host === "0.0.0.0" ? "127.0.0.1" : at.host === "::" ? "::1" : at.host };
}

function read(text: string): StatusDocument {
  try {
    const document = JSON.parse(text) as Partial<StatusDocument>;
    if (document.version === 1) return document as StatusDocument;
  } catch {
    // It is said below.
  }
  throw new AppError("STATUS_UNREACHABLE", "Cannot read the status: what answers is not a Remora, or a newer one");
}
