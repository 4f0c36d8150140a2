import { backendContract } from "../contract/backend.ts";
import { openEtcd, startEtcd } from "../support/etcd.ts";

backendContract("etcd", async () => {
  const etcd = await startEtcd();
  return {
    open: async () => (await openEtcd([etcd.url])).backend,
    put: etcd.put,
    delete: etcd.delete,
    [Symbol.asyncDispose]: () => etcd[Symbol.asyncDispose](),
  };
});
