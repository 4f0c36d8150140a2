import type { Target } from "../http/target.ts";

export interface PackageSettings {
  readonly datacenter?: string | undefined;
  readonly token?: string | undefined;
  readonly deadlineMs: number;
}

/** What the package "consul" is made with, so that it uses the connections to a target. */
export function packageOptions(target: Target, { datacenter, token, deadlineMs }: PackageSettings): { baseUrl: string; agent: Target["agent"]; headers: Target["headers"]; timeout: number; defaults: { dc?: string; token?: string }; socketPath?: string } {
  return { baseUrl: baseUrl(target), agent: target.agent, headers: target.headers, timeout: deadlineMs, defaults: { ...(datacenter && { dc: datacenter }), ...(token && { token }) }, ...socket(target) };
}

function baseUrl({ at, secure }: Target): string {
  if ("socketPath" in at) return "http://localhost/v1";
  const host = at.host.includes(":") ? `[${at.host}]` : at.host;
  return `${secure ? "https" : "http"}://${host}:${at.port}${at.pathname}/v1`;
}

function socket({ at }: Target): { socketPath?: string } {
  return "socketPath" in at ? { socketPath: at.socketPath } : {};
}
