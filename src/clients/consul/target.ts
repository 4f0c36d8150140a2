import { Agent as HttpAgent } from "node:http";
import { AppError } from "../../core/error.ts";
import { socketPathProblem } from "../../core/socket-path.ts";
import { renewedAgent, type TlsMaterial } from "../http/renewed-agent.ts";
import { TCP_KEEPALIVE_MS, type Target } from "../http/target.ts";

/** Reads "http://127.0.0.1:8500", "https://consul:8501" or "unix:///run/consul.sock". Throws CONFIG_INVALID. */
export function toTarget(address: string, tls: TlsMaterial, readAgain: () => Promise<TlsMaterial> = async () => tls, serverName?: string): Target {
  const { protocol, hostname, port, pathname } = parse(address);
  if (protocol === "unix:") return { address, secure: false, agent: new HttpAgent(KEEP), at: { socketPath: decodeURIComponent(pathname), pathname: "" }, renew: async () => {} };
  const secure = protocol === "https:";
  const at = { host: hostname.replace(/^\[(.*)\]$/, "$1"), port: Number(port || (secure ? 443 : 80)), pathname: pathname.replace(/\/$/, "") };
  if (!secure) return { address, secure, agent: new HttpAgent(KEEP), at, renew: async () => {} };
  return { address, secure, at, ...renewedAgent({ ...KEEP, ...(serverName === undefined ? {} : { servername: serverName }) }, tls, readAgain) };
}

const KEEP = { keepAlive: true, keepAliveMsecs: TCP_KEEPALIVE_MS };

function parse(address: string): URL {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined || !["http:", "https:", "unix:"].includes(url.protocol) || url.username !== "" || (url.protocol === "unix:" ? url.pathname.length < 2 : url.hostname === "")) {
    throw new AppError("CONFIG_INVALID", "Cannot use the address of Consul: it is not a URL of an agent", { hint: 'Write scheme, host and port alone: "http://127.0.0.1:8500", or "unix:///run/consul.sock"' });
  }
  const problem = url.protocol === "unix:" ? socketPathProblem(decodeURIComponent(url.pathname)) : undefined;
  if (problem !== undefined) throw new AppError("CONFIG_INVALID", `Cannot use the address of Consul: ${problem}`, { hint: "Mount it at a shorter path, or make a symbolic link to it" });
  return url;
}
