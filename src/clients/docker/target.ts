import { Agent as HttpAgent } from "node:http";
import { AppError } from "../../core/error.ts";
import { socketPathProblem } from "../../core/socket-path.ts";
import type { Target } from "../http/target.ts";
import { renewedAgent, type TlsMaterial } from "../http/renewed-agent.ts";

/** Reads what DOCKER_HOST may hold: "unix:///var/run/docker.sock", "tcp://10.0.0.5:2376", "http://...", "https://...". With certificates "tcp" speaks TLS. Throws CONFIG_INVALID. */
export function toDockerTarget(host: string, tls: TlsMaterial | undefined, readAgain: () => Promise<TlsMaterial> = async () => tls ?? {}): Target {
  const url = parse(host);
  if (url.protocol === "unix:") {
    const socketPath = decodeURIComponent(url.pathname);
    const problem = socketPathProblem(socketPath);
    if (problem !== undefined) throw invalid(problem, "Mount it at a shorter path, or make a symbolic link to it");
    return { address: host, secure: false, agent: new HttpAgent(KEEP), at: { socketPath, pathname: "" }, renew };
  }
  const secure = url.protocol === "https:" || (url.protocol === "tcp:" && tls !== undefined);
  const at = { host: url.hostname.replace(/^\[(.*)\]$/, "$1"), port: Number(url.port || (secure ? TLS_PORT : PORT)), pathname: url.pathname.replace(/\/$/, "") };
  return { address: host, secure, at, ...(secure ? renewedAgent(KEEP, tls ?? {}, readAgain) : { agent: new HttpAgent(KEEP), renew }) };
}

/** Without certificates there is nothing to read again. */
const renew = async () => {};
const KEEP = { keepAlive: true, keepAliveMsecs: 5_000 };
const PORT = 2375;
const TLS_PORT = 2376;

function parse(host: string): URL {
  if (host.startsWith("ssh://")) throw invalid("it is reached by SSH", 'Forward its socket, as by "ssh -L /tmp/docker.sock:/var/run/docker.sock HOST", and write "unix:///tmp/docker.sock"');
  const url = URL.canParse(host) ? new URL(host) : undefined;
  const known = url !== undefined && ["unix:", "tcp:", "http:", "https:"].includes(url.protocol) && url.username === "";
  if (!known || (url.protocol === "unix:" ? url.pathname.length < 2 || url.hostname !== "" : url.hostname === "")) {
    throw invalid("it is not the address of an engine", 'Write "unix:///var/run/docker.sock", or "tcp://HOST:2376"');
  }
  return url;
}

function invalid(why: string, hint: string): AppError {
  return new AppError("CONFIG_INVALID", `Cannot use the address of the Docker engine: ${why}`, { hint });
}
