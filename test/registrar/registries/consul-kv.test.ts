import { registryContract } from "../../contract/registry.ts";
import { startConsul } from "../../support/consul.ts";

registryContract("consul-kv", async () => {
  const consul = await startConsul({ keeps: true });
  return {
    kind: { name: "consul-kv", options: { address: consul.url, layout: "registrator" } },
    revision: async () => Number((await fetch(`${consul.url}/v1/kv/?recurse`)).headers.get("x-consul-index")),
    async lose(registrar) {
      const [side] = (await (await fetch(`${consul.url}/v1/kv/_remora/registrars/${registrar}`)).json()) as { Session: string }[];
      await fetch(`${consul.url}/v1/session/destroy/${side?.Session}`, { method: "PUT" });
    },
    async restart() {
      await consul.kill();
      await consul.start();
    },
    [Symbol.asyncDispose]: () => consul[Symbol.asyncDispose](),
  };
});
