import assert from "node:assert/strict";
import { existsSync, readdirSync, statSync } from "node:fs";
import { symlink, unlink } from "node:fs/promises";
import { describe, test } from "node:test";
import { startEtcd } from "../support/etcd.ts";
import { eventually } from "../support/eventually.ts";
import { type Project, project } from "../support/remora.ts";

const FILE = ["--backend", "file"];

/** A file of each key or directory below /vhosts; what a check sees is copied to DIR/seen. */
function vhosts(data: string, unit = "", template = "") {
  return project({
    "data.yaml": data,
    "templates/app.njk": "",
    "conf.d/app.toml": "",
    "templates/main.njk": "include sites/*\n",
    "templates/vhost.njk": '{{ item.name }} is {{ getv(item.key ~ "/service", item.value | default("nothing")) }}\n',
    "conf.d/web.toml": `[unit]
check_cmd = "rm -rf $DIR/seen; cp -rL {{ stage }} $DIR/seen; ! grep -rq refused $DIR/seen"
reload_cmd = "ls $DIR/out/sites | tr '\\\\n' ' ' >> $DIR/reloads; echo >> $DIR/reloads"
${unit}
[[template]]
src = "main.njk"
dest = "$DIR/out/main"
[[template]]
src = "vhost.njk"
for_each = "/vhosts/*"
dest = "$DIR/out/sites/{{ item.name }}.conf"
${template}`,
  });
}

const render = (app: Project, args: readonly string[] = []) => app.remora(["render", ...FILE, "--file-path", app.directory.join("data.yaml"), ...args]);
const sites = (app: Project) => (existsSync(app.directory.join("out/sites")) ? readdirSync(app.directory.join("out/sites")).sort() : []);

describe("for_each", () => {
  test("makes a file of each key and each directory, checks all of them with the rest, and reloads once", async () => {
    await using app = await vhosts("vhosts: { a.example.com: web, b.example.com: { service: shop } }\n");
    const { code, stderr } = await render(app);
    assert.equal(code, 0, stderr);
    assert.equal(await app.read("out/sites/a.example.com.conf"), "a.example.com is web\n");
    assert.equal(await app.read("out/sites/b.example.com.conf"), "b.example.com is shop\n");
    assert.equal(await app.read("seen/sites/a.example.com.conf"), "a.example.com is web\n");
    assert.equal(await app.read("seen/main"), "include sites/*\n");
    assert.equal(await app.read("reloads"), "a.example.com.conf b.example.com.conf \n");
  });

  test("removes the file of an item that went, after a check without it, and reloads", async () => {
    await using app = await vhosts("vhosts: { a: web, b: web }\n");
    await render(app);
    await app.write("out/sites/c.conf", "by hand");
    await app.write("data.yaml", "vhosts: { b: web }\n");
    const { code, stderr } = await render(app);
    assert.equal(code, 0, stderr);
    assert.deepEqual(sites(app), ["b.conf", "c.conf"], "what Remora did not write stays");
    assert.deepEqual(readdirSync(app.directory.join("seen/sites")), ["b.conf"]);
    assert.equal((await app.read("reloads"))?.split("\n")[1], "b.conf c.conf ");
    await app.write("out/sites/a.conf", "by hand");
    await render(app);
    assert.deepEqual(sites(app), ["a.conf", "b.conf", "c.conf"], "a file that is there again is not Remora's");
  });

  test("keeps a file that another hand changed, or replaced by a symlink, when its item goes, and says so", async () => {
    await using app = await vhosts("vhosts: { a: web, b: web, c: web }\n");
    await render(app);
    await app.write("out/sites/a.conf", "changed");
    await unlink(app.directory.join("out/sites/b.conf"));
    await symlink(await app.write("elsewhere", "b is web\n"), app.directory.join("out/sites/b.conf"));
    await app.write("data.yaml", "vhosts: { c: web }\n");
    const { code, stderr } = await render(app);
    assert.equal(code, 0, stderr);
    assert.match(stderr, /changed by another hand, it is kept.*a\.conf[^]*changed by another hand, it is kept.*b\.conf/);
    assert.deepEqual(sites(app), ["a.conf", "b.conf", "c.conf"]);
    assert.doesNotMatch((await render(app)).stderr, /another hand/, "it is said once");
  });

  test("changes nothing at all when the check refuses one of the files", async () => {
    await using app = await vhosts("vhosts: { a: web, b: web }\n");
    await render(app);
    await app.write("data.yaml", "vhosts: { b: refused, c: web }\n");
    const { code, stderr } = await render(app);
    assert.equal(code, 5, stderr);
    assert.deepEqual(sites(app), ["a.conf", "b.conf"]);
    assert.equal(await app.read("out/sites/b.conf"), "b is web\n");
  });

  test("brings removed files back with their modes, and takes new ones away, when the reload fails and the unit is rolled back", async () => {
    await using app = await vhosts("vhosts: { a: web, b: web }\n", 'on_reload_failure = "rollback"', 'mode = "0640"\n');
    await render(app);
    await app.write("conf.d/web.toml", (await app.read("conf.d/web.toml"))?.replace(/reload_cmd = .*/, 'reload_cmd = "test ! -e $DIR/out/sites/c.conf"') ?? "");
    await app.write("data.yaml", "vhosts: { b: shop, c: web }\n");
    const { code } = await render(app);
    assert.equal(code, 5);
    assert.deepEqual(sites(app), ["a.conf", "b.conf"]);
    assert.equal(await app.read("out/sites/b.conf"), "b is web\n");
    assert.equal(statSync(app.directory.join("out/sites/a.conf")).mode & 0o777, 0o640);
    await app.write("data.yaml", "vhosts: { b: shop }\n");
    assert.equal((await render(app)).code, 0);
    assert.deepEqual(sites(app), ["b.conf"], "what came back is still Remora's to remove");
  });

  test("keeps the files when all items went at once, and removes them where on_empty says so", async () => {
    await using app = await vhosts("vhosts: { a: web, b: web }\nother: 1\n");
    await render(app);
    await app.write("data.yaml", "other: 1\n");
    const dry = await render(app, ["--dry-run"]);
    assert.deepEqual([dry.code, dry.stdout], [4, ""], "a dry run says that they would be kept");
    const { code, stderr } = await render(app);
    assert.equal(code, 4);
    assert.match(stderr, /"for_each \/vhosts\/\*" had keys and has none now/);
    assert.deepEqual(sites(app), ["a.conf", "b.conf"]);
    await app.write("conf.d/web.toml", (await app.read("conf.d/web.toml"))?.replace("[unit]", '[unit]\non_empty = "render"') ?? "");
    assert.equal((await render(app)).code, 0);
    assert.deepEqual(sites(app), []);
    assert.deepEqual(readdirSync(app.directory.join("seen/sites")), []);
  });

  test("shows in a dry run what would be written and what would be removed", async () => {
    await using app = await vhosts("vhosts: { a: web }\n");
    await render(app);
    await app.write("data.yaml", "vhosts: { b: web }\n");
    const { code, stdout } = await render(app, ["--dry-run"]);
    assert.equal(code, 10);
    assert.match(stdout, /\+\+\+ .*b\.conf\n.*\n\+b is web\n/);
    assert.match(stdout, /--- .*a\.conf\n\+\+\+ \/dev\/null\n.*\n-a is web\n/);
    assert.deepEqual(sites(app), ["a.conf"]);
  });

  test("follows items as they come and go, one reload each", async () => {
    await using etcd = await startEtcd();
    await etcd.put("/vhosts/a", "web");
    await using app = await vhosts("");
    await using _running = await app.start(["--backend", "etcd", "--etcd-endpoints", etcd.url, "--reconcile", "100ms"]);
    await eventually(async () => assert.equal(await app.read("reloads"), "a.conf \n"));
    await etcd.put("/vhosts/b/service", "shop");
    await eventually(async () => assert.equal(await app.read("reloads"), "a.conf \na.conf b.conf \n"));
    await etcd.delete("/vhosts/a");
    await eventually(async () => assert.equal(await app.read("reloads"), "a.conf \na.conf b.conf \nb.conf \n"));
  });
});
