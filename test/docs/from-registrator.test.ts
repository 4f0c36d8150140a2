import { after, before, describe, test } from "node:test";
import { type Consul, startConsul } from "../support/consul.ts";
import { type Etcd, startEtcd } from "../support/etcd.ts";
import { recipesOf, runRecipe } from "../support/recipes.ts";
import { textOf } from "../support/sources.ts";

describe("docs/from-registrator.md", () => {
  let etcd: Etcd;
  let consul: Consul;
  // The page shows JSON as a Consul with a data directory writes it, without spaces.
  before(async () => void ([etcd, consul] = await Promise.all([startEtcd(), startConsul({ keeps: true })])));
  after(async () => void (await Promise.all([etcd?.[Symbol.asyncDispose](), consul?.[Symbol.asyncDispose]()])));

  // They build upon each other.
  for (const recipe of recipesOf(textOf("docs/from-registrator.md"))) {
    test(recipe.title, () => runRecipe(recipe, { ETCDCTL_API: "3", ETCDCTL_ENDPOINTS: etcd.url, REMORA_ETCD_ENDPOINTS: etcd.url, CONSUL_HTTP_ADDR: consul.url, REMORA_CONSUL_ADDRESS: consul.url }));
  }
});
