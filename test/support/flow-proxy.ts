import { createServer, type ServerResponse } from "node:http";
import { freePort } from "./process.ts";

/** A small Docker Flow Proxy, which is in no Debian: the HTTP API alone, as its sources say. */
export interface FlowProxy extends AsyncDisposable {
  readonly url: string;
  /** Parameters by service, without those that were removed. */
  readonly services: ReadonlyMap<string, Readonly<Record<string, string>>>;
  /** What it was asked to change: "reconfigure web". */
  readonly changes: readonly string[];
  /** Forgets everything, as it does when it is started. */
  restart(): void;
  stop(): Promise<void>;
  start(): Promise<void>;
}

export async function startFlowProxy(): Promise<FlowProxy> {
  const port = await freePort();
  const services = new Map<string, Record<string, string>>();
  const changes: string[] = [];
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "", "http://proxy");
    const parameters = Object.fromEntries(url.searchParams);
    switch (`${request.method} ${url.pathname.replace("/v1/docker-flow-proxy/", "")}`) {
      case "GET reconfigure":
        return reconfigure(parameters, response);
      case "GET remove":
        if (!parameters["serviceName"]) return answer(response, 400, "serviceName parameter is mandatory");
        changes.push(`remove ${parameters["serviceName"]}`);
        services.delete(parameters["serviceName"]);
        return answer(response, 200, "");
      case "GET config":
        return void response.end([...services.values()].map(configured).join(""));
      default:
        return void response.writeHead(404).end();
    }
  });
  const start = () => new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  const stop = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };

  function reconfigure(parameters: Record<string, string>, response: ServerResponse): void {
    const { serviceName, reqMode = "http", servicePath, serviceDomain, srcPort, port: to } = parameters;
    if (!serviceName) return answer(response, 400, "serviceName parameter is mandatory");
    if (reqMode === "http" && !servicePath && !serviceDomain) return answer(response, 409, "servicePath or serviceDomain is mandatory");
    if (reqMode !== "http" && (!srcPort || !to)) return answer(response, 400, "srcPort and port are mandatory");
    if (servicePath === "/broken") return answer(response, 500, "Config validation failed");
    changes.push(`reconfigure ${serviceName}`);
    services.set(serviceName, parameters);
    return answer(response, 200, "");
  }

  await start();
  return {
    url: `http://127.0.0.1:${port}`,
    services,
    changes,
    restart: () => services.clear(),
    start,
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

function answer(response: ServerResponse, status: number, message: string): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify({ Status: status === 200 ? "OK" : "NOK", Message: message }));
}

/** The part of HAProxy's configuration that a service comes to. */
function configured({ serviceName, outboundHostname = serviceName, port }: Record<string, string>): string {
  return `\nbackend ${serviceName}-be${port}_0\n    mode http\n    http-request add-header X-Forwarded-Proto https if { ssl_fc }\n    server ${serviceName} ${outboundHostname}:${port}\n`;
}
