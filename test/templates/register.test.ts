import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { type Etcd, startEtcd } from "../support/etcd.ts";
import { project } from "../support/remora.ts";
import { renderTemplate, TEMPLATES } from "./rendering.ts";

// What a README says of registering is done, but for checks, since nothing listens here.

/** What a template wants beside an instance. */
const WANTED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "mysql-replica": { "/mysql/source/password": "x", "/mysql/replica/server_id": "2" },
  "mariadb-replica": { "/mysql/source/password": "x", "/mysql/replica/server_id": "2" },
  nginx: { "/vhosts/shop.example.com": "web" },
  "nginx-vhosts": { "/vhosts/shop.example.com/service": "web" },
  wordpress: Object.fromEntries(["db/password", ...["AUTH", "SECURE_AUTH", "LOGGED_IN", "NONCE"].flatMap((name) => [`salts/${name}_KEY`, `salts/${name}_SALT`])].map((name) => [`/wordpress/${name}`, "x"])),
};
const ITEM = { name: "shop.example.com", key: "/vhosts/shop.example.com" };

describe("The READMEs of templates/", () => {
  let etcd: Etcd;
  before(async () => void (etcd = await startEtcd()));
  after(() => etcd[Symbol.asyncDispose]());

  for (const name of readdirSync(TEMPLATES).sort()) {
    test(`an instance that is registered as that of ${name} says is in what is rendered`, async () => {
      const said = [...readFileSync(join(TEMPLATES, name, "README.md"), "utf8").matchAll(/\bremora register ([^\n#]+)/g)].map(([, words = ""]) => words);
      // Another registry than etcd is another matter.
      const words = said.find((line) => !line.includes("--registry ")) ?? "";
      assert.notEqual(words, "", `templates/${name}/README.md does not say how to register: see "remora register" in the others`);
      const given = words.replace(/--(check|address) \S+/g, "").trim().split(/\s+/);
      await etcd.ctl("del", "", "--prefix");
      await using app = await project();
      const { code, stderr } = await app.remora(["register", "--once", "--backend", "etcd", "--etcd-endpoints", etcd.url, "--address", "static:10.0.0.5", ...given]);
      assert.equal(code, 0, stderr);

      const keys = { ...WANTED[name], ...pairs(await etcd.ctl("get", "", "--prefix")) };
      const texts = readdirSync(join(TEMPLATES, name)).filter((file) => file.endsWith(".njk")).map((file) => rendered(`${name}/${file}`, keys));
      assert.ok(texts.some((text) => text.includes("10.0.0.5")), `${JSON.stringify(keys)} makes\n${texts.join("\n---\n")}`);
    });
  }
});

/** The text, or what keeps it from being rendered: not all files of a template need an instance. */
function rendered(file: string, keys: Readonly<Record<string, string>>): string {
  try {
    return renderTemplate(file, keys, {}, "/services", ITEM);
  } catch (error) {
    return String(error);
  }
}

/** Lines of etcdctl are keys and values by turns. */
function pairs(lines: string): Readonly<Record<string, string>> {
  const all = lines.split("\n");
  return Object.fromEntries(all.flatMap((key, n) => (n % 2 === 0 && key !== "" ? [[key, all[n + 1] ?? ""]] : [])));
}
