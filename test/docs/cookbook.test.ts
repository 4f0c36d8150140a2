import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { type Consul, startConsul } from "../support/consul.ts";
import { type Etcd, startEtcd } from "../support/etcd.ts";
import { recipesOf, runRecipe } from "../support/recipes.ts";
import { textOf } from "../support/sources.ts";

const page = textOf("docs/cookbook.md");
const recipes = recipesOf(page);
let etcd: Etcd;
let consul: Consul;

// Recipes that share etcd or Consul have keys of their own there.
describe("docs/cookbook.md", { concurrency: 3 }, () => {
  before(async () => void ([etcd, consul] = await Promise.all([startEtcd(), startConsul()])));
  after(async () => void (await Promise.all([etcd[Symbol.asyncDispose](), consul[Symbol.asyncDispose]()])));

  for (const recipe of recipes) {
    test(recipe.title, () => runRecipe(recipe, { ETCDCTL_API: "3", ETCDCTL_ENDPOINTS: etcd.url, REMORA_ETCD_ENDPOINTS: etcd.url, CONSUL_HTTP_ADDR: consul.url, REMORA_CONSUL_ADDRESS: consul.url }));
  }

  test("lists its questions at the top", () => {
    const lines = page.split("\n").filter((line) => line.startsWith("- ["));
    assert.deepEqual(lines, recipes.map(({ title }) => `- [${title}](#${title.toLowerCase().replace(/[^\w -]/g, "").replaceAll(" ", "-")})`));
  });
});

describe("runRecipe()", () => {
  const recipe = (text: string) => runRecipe(recipesOf(`## A\n\n\`\`\`${text}\n\`\`\`\n`)[0] ?? { title: "", steps: [] }, {});

  test("fails where something else comes out, a command fails or a block is not run", async () => {
    await recipe("console\n$ echo one; echo /etc/app two three\none\n/etc/app ... three");
    await assert.rejects(recipe("console\n$ echo one\ntwo"), /not what the page says/);
    await assert.rejects(recipe("console\n$ echo one\n"), /not what the page says/);
    await assert.rejects(recipe("console\n$ exit 3\n"), /ended with 3/);
    await assert.rejects(recipe("toml\n[template]"), /neither "console"/);
  });
});
