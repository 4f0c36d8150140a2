import { probeHttp } from "../../clients/probe/http.ts";
import { probeTcp } from "../../clients/probe/tcp.ts";
import type { RunCommand } from "../../core/command-runner.ts";
import { formatDuration } from "../../core/duration.ts";
import { reason } from "../../core/error.ts";
import type { Health } from "../../core/instance.ts";
import type { Clock, Files } from "../../core/ports.ts";
import type { Check, Probe, TlsFiles } from "./check.ts";

export interface ProbeContext {
  readonly clock: Clock;
  readonly files: Pick<Files, "read">;
  readonly runCommand: RunCommand;
}

/** What one run of a check found. */
export interface ProbeResult {
  readonly health: Health;
  /** "exit status 2", "HTTP status 503", "connect ECONNREFUSED 127.0.0.1:9200", "timed out after 5s". */
  readonly description: string;
  /** The last lines that a command printed. */
  readonly output?: string;
}

const BODY_BYTES = 65_536;
const WARNING_EXIT_STATUS = 1;

/** Runs a check once, for no longer than its timeout. Throws the signal's reason when it aborts, and nothing else. */
export async function runProbe(check: Check, context: ProbeContext, signal: AbortSignal): Promise<ProbeResult> {
  const { probe, timeout } = check;
  try {
    switch (probe.kind) {
      case "command":
        return await runCommandProbe(check, probe, context, signal);
      case "http":
        return await within(timeout, context.clock, signal, (limited) => runHttpProbe(probe, context, limited));
      case "tcp":
        return await within(timeout, context.clock, signal, async (limited) => {
          await probeTcp(probe.host, probe.port, limited);
          return { health: "passing", description: "connected" };
        });
    }
  } catch (thrown) {
    signal.throwIfAborted();
    return { health: "critical", description: describe(thrown) };
  }
}

async function runCommandProbe({ name, timeout }: Check, { command }: Extract<Probe, { kind: "command" }>, { runCommand }: ProbeContext, signal: AbortSignal): Promise<ProbeResult> {
  const { outcome, description, exitStatus, output } = await runCommand(command, { timeoutMs: timeout, signal, env: { REMORA_CHECK: name } });
  signal.throwIfAborted();
  const health = outcome === "ok" ? "passing" : exitStatus === WARNING_EXIT_STATUS ? "warning" : "critical";
  return { health, description, output };
}

async function runHttpProbe({ url, method = "GET", headers = {}, status: expected, body: pattern, tls = {} }: Extract<Probe, { kind: "http" }>, { files }: ProbeContext, signal: AbortSignal): Promise<ProbeResult> {
  const pem = url.startsWith("https:") ? await readTls(tls, files) : {};
  const { status, body } = await probeHttp({ url, method, headers, tls: { ...pem, serverName: tls.serverName, verify: tls.verify ?? true }, bodyBytes: pattern === undefined ? 0 : BODY_BYTES }, signal);
  const isExpected = expected === undefined ? status >= 200 && status < 400 : expected.includes(status);
  if (!isExpected) return { health: "critical", description: `HTTP status ${status}` };
  // An expression with the flag "g" or "y" remembers where it was.
  if (pattern !== undefined && body.search(pattern) < 0) return { health: "critical", description: `HTTP status ${status}, and the body does not match ${pattern}` };
  return { health: "passing", description: `HTTP status ${status}` };
}

/** Read anew each time, as certificates are renewed. */
async function readTls({ caFile, certFile, keyFile }: TlsFiles, files: Pick<Files, "read">) {
  const [ca, cert, key] = await Promise.all(
    [caFile, certFile, keyFile].map(async (file) => {
      if (file === undefined) return undefined;
      const content = await files.read(file);
      if (content === undefined) throw new Error(`there is no file "${file}"`);
      return new TextDecoder().decode(content);
    }),
  );
  return { ca, cert, key };
}

async function within<T>(timeout: number, clock: Clock, signal: AbortSignal, work: (limited: AbortSignal) => Promise<T>): Promise<T> {
  const limit = new AbortController();
  const onAbort = () => limit.abort(signal.reason);
  if (signal.aborted) onAbort();
  signal.addEventListener("abort", onAbort, { once: true });
  const cancel = clock.after(timeout, () => limit.abort(new Error(`timed out after ${formatDuration(timeout)}`)));
  try {
    return await work(limit.signal);
  } finally {
    cancel();
    signal.removeEventListener("abort", onAbort);
  }
}

/** A host with several addresses fails with one error for each, and no message of its own. */
function describe(thrown: unknown): string {
  if (thrown instanceof AggregateError && thrown.errors.length > 0) return [...new Set(thrown.errors.map(reason))].join(", ");
  return reason(thrown) || "failed";
}
