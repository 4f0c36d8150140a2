import { registryContract } from "../../contract/registry.ts";
import { startEtcd } from "../../support/etcd.ts";

registryContract("etcd", async () => {
  const etcd = await startEtcd();
  return {
    kind: { name: "etcd", options: { endpoints: [etcd.url], layout: "registrator" } },
    revision: async () => revisionOf(await etcd.ctl("get", "/", "-w", "json")),
    async lose(registrar) {
      const lease = /"Lease" : (\d+)/.exec(await etcd.ctl("get", `/_remora/registrars/${registrar}`, "-w", "fields"))?.[1];
      await etcd.ctl("lease", "revoke", BigInt(lease ?? 0).toString(16));
    },
    async restart() {
      await etcd.kill();
      await etcd.start();
    },
    [Symbol.asyncDispose]: () => etcd[Symbol.asyncDispose](),
  };
});

function revisionOf(json: string): number {
  return (JSON.parse(json) as { header: { revision: number } }).header.revision;
}
