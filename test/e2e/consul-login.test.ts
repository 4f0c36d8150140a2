import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { confdProject } from "../support/confd.ts";
import { type Consul, startConsul } from "../support/consul.ts";
import { type LoginProxy, startLoginProxy } from "../support/login-proxy.ts";
import { project, remora } from "../support/remora.ts";

const USER = "reader";
const PASSWORD = "canary-p@ss%word";

describe("the login of a proxy before Consul", () => {
  let [consul, proxy]: [Consul | undefined, LoginProxy | undefined] = [undefined, undefined];
  let url = "";
  before(async () => {
    consul = await startConsul();
    await consul.put("/name", "one");
    proxy = await startLoginProxy(consul.url, { username: USER, password: PASSWORD });
    url = proxy.url;
  });
  after(async () => {
    await proxy?.[Symbol.asyncDispose]();
    await consul?.[Symbol.asyncDispose]();
  });

  test("is given by confd's flags, and by its confd.toml", async () => {
    await using app = await confdProject();
    for (const [args, toml] of [[["-username", USER, "-password", PASSWORD, "-basic-auth"], ""], [[], `username = "${USER}"\npassword = "${PASSWORD}"\nbasic_auth = true\n`]] as const) {
      const file = await app.directory.write("confd.toml", toml);
      const { code, stdout, stderr } = await app.confd(["-backend", "consul", "-node", url, "-onetime", "-config-file", file, ...args]);
      assert.equal(code, 0, stderr);
      assert.doesNotMatch(stdout + stderr, /canary|no effect/);
      assert.equal(await app.read("out/app.conf"), "name = one\n");
    }
  });

  test("is given by consul-template's flag, its variable and its block, and commands do not get it", async () => {
    await using app = await project({ "in.ctmpl": '{{ key "name" }}' });
    const both = `${USER}:${PASSWORD}`;
    const block = await app.directory.write("auth.hcl", `consul { auth { enabled = true  username = "${USER}"  password = "${PASSWORD}" } }\n`);
    const ways: readonly (readonly [readonly string[], Readonly<Record<string, string>>])[] = [[["-consul-auth", both], {}], [[], { CONSUL_HTTP_AUTH: both }], [["-config", block], {}]];
    for (const [index, [args, env]] of ways.entries()) {
      const template = `${app.directory.join("in.ctmpl")}:${app.directory.join(`out-${index}`)}:env > ${app.directory.join("env")}`;
      const { code, stderr } = await remora(["consul-template", "-consul-addr", url, "-template", template, "-once", "-log-level", "trace", ...args], { env: { ...env, REMORA_STATE_DIR: app.directory.join(`state-${index}`) } });
      assert.equal(code, 0, stderr);
      assert.equal(await app.read(`out-${index}`), "one");
      assert.doesNotMatch(stderr + (await app.read("env")), /canary/);
    }
  });
});
