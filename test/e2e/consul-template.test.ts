import assert from "node:assert/strict";
import { mkdir, readFile, symlink } from "node:fs/promises";
import { after, before, describe, test } from "node:test";
import { type Consul, startConsul } from "../support/consul.ts";
import { eventually } from "../support/eventually.ts";
import { runProgram } from "../support/process.ts";
import { makeAuthority } from "../support/tls.ts";
import { type Project, programWords, project, remora, type RemoraOptions, startRemora } from "../support/remora.ts";

const CONFIGURATION = `
consul { address = "$CONSUL" }
wait { min = "10ms" max = "50ms" }
template {
  source      = "$DIR/app.ctmpl"
  destination = "$DIR/out/app.conf"
  perms       = 0600
  command     = "echo reload >> $DIR/reloads"
}
template {
  contents    = <<-EOH
    [[ keyOrDefault "app/motd" "none" ]] {{ as it is }}
    EOH
  destination = "$DIR/out/motd"
  left_delimiter = "[["
  right_delimiter = "]]"
}
`;
const TEMPLATE = '{{ key "app/name" }}{{ range service "web" }} {{ .Address }}:{{ .Port }}{{ end }}\n';

describe("consul-template's command line on a real Consul", () => {
  let consul: Consul;
  before(async () => {
    consul = await startConsul();
    await consul.register({ ID: "web-1", Name: "web", Port: 80, Address: "10.0.0.1" });
  });
  after(() => consul?.[Symbol.asyncDispose]());

  async function configured(more: Readonly<Record<string, string>> = {}): Promise<{ readonly app: Project; readonly options: RemoraOptions; readonly config: string }> {
    const app = await project({ "conf.d/app.toml": "", "templates/app.njk": "", "data.yaml": "", "app.ctmpl": TEMPLATE, "c.hcl": CONFIGURATION.replace("$CONSUL", consul.url), ...more });
    return { app, options: { env: { REMORA_STATE_DIR: app.directory.join("state") } }, config: app.directory.join("c.hcl") };
  }

  test("-once waits until every key is there, applies everything and ends with 0", async () => {
    await consul.delete("/app/name");
    const { app, options, config } = await configured();
    await using _ = app;
    await using running = await startRemora(["consul-template", "-config", config, "-once", "-log-level", "info"], options);
    await running.waitForLog("Waiting for keys");
    assert.equal(await app.read("out/app.conf"), undefined);
    await consul.put("/app/name", "shop");
    assert.equal(await running.exit, 0);
    assert.deepEqual([await app.read("out/app.conf"), await app.read("out/motd"), await app.read("reloads")], ["shop 10.0.0.1:80\n", "none {{ as it is }}\n", "reload\n"]);
  });

  test("it follows keys and services, and ends with 12 when it is interrupted", async () => {
    await consul.put("/app/name", "one");
    const { app, options, config } = await configured();
    await using _ = app;
    const pid = app.directory.join("pid");
    await using running = await startRemora(["consul-template", "-config", config, "-pid-file", pid], options);
    await eventually(async () => assert.equal(await app.read("out/app.conf"), "one 10.0.0.1:80\n"), { within: 10_000 });
    assert.equal(await readFile(pid, "utf8"), `${running.pid}\n`);
    await consul.put("/app/name", "two");
    await eventually(async () => assert.equal(await app.read("out/app.conf"), "two 10.0.0.1:80\n"));
    await consul.register({ ID: "web-2", Name: "web", Port: 81, Address: "10.0.0.2" });
    await eventually(async () => assert.equal(await app.read("out/app.conf"), "two 10.0.0.1:80 10.0.0.2:81\n"));
    await consul.deregister("web-2");
    await eventually(async () => assert.equal(await app.read("out/app.conf"), "two 10.0.0.1:80\n"));
    // A key that was deleted leaves the file as it is.
    await consul.delete("/app/name");
    await consul.put("/app/motd", "hello");
    await eventually(async () => assert.equal(await app.read("out/motd"), "hello {{ as it is }}\n"));
    assert.equal(await app.read("out/app.conf"), "two 10.0.0.1:80\n");
    assert.equal(await running.stop("SIGINT"), 12);
    assert.equal(await app.read("pid"), undefined);
  });

  test("-wait holds the first of several changes too, so that they are one", async () => {
    await consul.put("/app/name", "one");
    const { app, options } = await configured();
    await using _ = app;
    await using running = await startRemora(["consul-template", "-consul-addr", consul.url, "-template", `${app.directory.join("app.ctmpl")}:${app.directory.join("out/x")}:echo reload >> ${app.directory.join("reloads")}`, "-wait", "1s:5s", "-log-level", "info"], options);
    await eventually(async () => assert.equal(await app.read("reloads"), "reload\n"), { within: 10_000 });
    for (const name of ["two", "three"]) await consul.put("/app/name", name);
    await eventually(async () => assert.equal(await app.read("reloads"), "reload\nreload\n"), { within: 10_000 });
    assert.equal(await app.read("out/x"), "three 10.0.0.1:80\n");
    assert.equal(running.lines.filter(({ msg }) => msg === "Committed").length, 2);
    await running.stop();
  });

  test("SIGHUP takes up a changed configuration, and a wrong one is told", async () => {
    await consul.put("/app/name", "one");
    const { app, options, config } = await configured();
    await using _ = app;
    await using running = await startRemora(["consul-template", "-config", config, "-log-level", "info"], options);
    await eventually(async () => assert.equal(await app.read("out/app.conf"), "one 10.0.0.1:80\n"), { within: 10_000 });
    await app.write("c.hcl", "template {");
    running.signal("SIGHUP");
    await running.waitForLog("Configuration refused, going on with the present one");
    await app.write("c.hcl", `${CONFIGURATION.replace("$CONSUL", consul.url)}\ntemplate {\n contents = "more"\n destination = "$DIR/out/more"\n}`);
    running.signal("SIGHUP");
    await eventually(async () => assert.equal(await app.read("out/more"), "more"));
    await running.stop();
  });

  test("a changed template and a changed file are taken up at once", async () => {
    await consul.put("/app/name", "one");
    const { app, options } = await configured({ "note": "first", "app.ctmpl": '{{ key "app/name" }} {{ file "$DIR/note" }}' });
    await using _ = app;
    await using running = await startRemora(["consul-template", "-consul-addr", consul.url, "-template", `${app.directory.join("app.ctmpl")}:${app.directory.join("out/x")}`], options);
    await eventually(async () => assert.equal(await app.read("out/x"), "one first"), { within: 10_000 });
    await app.write("note", "second");
    await eventually(async () => assert.equal(await app.read("out/x"), "one second"), { within: 10_000 });
    await app.write("app.ctmpl", 'new {{ key "app/name" }}');
    await eventually(async () => assert.equal(await app.read("out/x"), "new one"), { within: 10_000 });
    assert.equal(await running.stop(), 12);
  });

  test("a configuration with every block that has no effect is taken, and each is told once", async () => {
    await consul.put("/app/name", "one");
    const more = 'vault { address = "https://v:8200" }\nmax_stale = "10m"\nsyslog { enabled = true }\ndeduplicate { enabled = true }\nconsul { retry { attempts = 5 } ssl { enabled = false verify = false } }\nexec { enabled = false command = "false" }\nlog_level = "warn"\n';
    const { app, options, config } = await configured();
    await using _ = app;
    await app.write("c.hcl", CONFIGURATION.replace("$CONSUL", consul.url) + more);
    const { code, stderr } = await remora(["consul-template", "-config", config, "-once"], options);
    assert.equal(code, 0, stderr);
    assert.equal(await app.read("out/app.conf"), "one 10.0.0.1:80\n");
    for (const name of ["vault", "max_stale", "syslog", "deduplicate", "consul.ssl.verify"]) assert.equal(stderr.split(`"${name} of `).length, 2, `${name} in ${stderr}`);
  });

  test("-dry prints what would be written, and writes nothing", async () => {
    await consul.put("/app/name", "one");
    const { app, options } = await configured();
    await using _ = app;
    const { code, stdout, stderr } = await remora(["consul-template", "-consul-addr", consul.url.replace("http://", ""), "-template", `${app.directory.join("app.ctmpl")}:${app.directory.join("out/dry")}`, "-once", "-dry"], options);
    assert.deepEqual([code, stdout], [0, `> ${app.directory.join("out/dry")}\none 10.0.0.1:80\n`], stderr);
    assert.equal(await app.read("out/dry"), undefined);
  });

  test("a command that fails ends -once with 14", async () => {
    await consul.put("/app/name", "one");
    const { app, options } = await configured();
    await using _ = app;
    const { code, stderr } = await remora(["consul-template", "-consul-addr", consul.url, "-template", `${app.directory.join("app.ctmpl")}:${app.directory.join("out/x")}:exit 3`, "-once"], options);
    assert.equal(code, 14);
    assert.match(stderr, /exit status 3/);
  });

  test("-exec starts the app when everything is there, tells it of changes, and passes its status on", async () => {
    await consul.put("/app/name", "one");
    const { app, options, config } = await configured({ "app.sh": 'echo "started with $(cat $DIR/out/motd)" >> $DIR/app.log\ntrap "exit 7" USR1\nwhile :; do sleep 0.1; done\n' });
    await using _ = app;
    await consul.put("/app/motd", "a");
    await using running = await startRemora(["consul-template", "-config", config, "-exec", `sh ${app.directory.join("app.sh")}`, "-exec-reload-signal", "SIGUSR1"], options);
    await eventually(async () => assert.equal(await app.read("app.log"), "started with a {{ as it is }}\n"), { within: 10_000 });
    await consul.put("/app/motd", "b");
    assert.equal(await running.exit, 7);
  });

  test("a configuration in JSON names the app as a list, and a kill signal of its own ends both", async () => {
    await consul.put("/app/name", "one");
    const command = ["sh", "-c", "trap 'echo stopped >> $DIR/app.log; exit 5' QUIT; echo up >> $DIR/app.log; while :; do sleep 0.1; done"];
    const json = { consul: { address: consul.url }, kill_signal: "SIGUSR2", template: [{ source: "$DIR/app.ctmpl", destination: "$DIR/out/json" }], exec: { command, kill_signal: "SIGQUIT", kill_timeout: "5s" } };
    const { app, options } = await configured({ "ct.d/c.json": JSON.stringify(json) });
    await using _ = app;
    await using running = await startRemora(["consul-template", "-config", app.directory.join("ct.d")], options);
    await eventually(async () => assert.equal(await app.read("app.log"), "up\n"), { within: 10_000 });
    assert.equal(await running.stop("SIGUSR2"), 5);
    assert.equal(await app.read("app.log"), "up\nstopped\n");
  });

  test("the token of CONSUL_HTTP_TOKEN is used, for keys and for services, and shown nowhere", async () => {
    await using closed = await startConsul({ acl: true });
    await closed.put("/app/name", "secured");
    await closed.register({ ID: "web-1", Name: "web", Port: 80, Address: "10.0.0.1" });
    const { app, options } = await configured();
    await using _ = app;
    const args = ["consul-template", "-template", `${app.directory.join("app.ctmpl")}:${app.directory.join("out/acl")}:env > ${app.directory.join("env")}`, "-once", "-log-level", "trace"];
    const { code, stderr } = await remora(args, { env: { ...options.env, CONSUL_HTTP_ADDR: closed.url, CONSUL_HTTP_TOKEN: closed.token } });
    assert.equal(code, 0, stderr);
    assert.equal(await app.read("out/acl"), "secured 10.0.0.1:80\n");
    assert.doesNotMatch(`${stderr}${await app.read("env")}`, new RegExp(closed.token));
  });

  test("an agent is spoken with over TLS by the name in its certificate", async () => {
    await using authority = await makeAuthority();
    const [server, client] = [await authority.issue("server.dc1.consul", ["DNS:server.dc1.consul"]), await authority.issue("client")];
    await using secure = await startConsul({ tls: { caFile: authority.caFile, ...server } });
    await secure.put("/app/name", "secret");
    const { app, options } = await configured({ "in.ctmpl": '{{ key "app/name" }}' });
    await using _ = app;
    const args = ["consul-template", "-template", `${app.directory.join("in.ctmpl")}:${app.directory.join("out/tls")}`, "-once", "-consul-addr", secure.httpsUrl, "-consul-ssl-ca-cert", authority.caFile, "-consul-ssl-cert", client.certFile, "-consul-ssl-key", client.keyFile, "-consul-retry=false"];
    const { code, stderr } = await remora([...args, "-consul-ssl-server-name", "server.dc1.consul"], options);
    assert.equal(code, 0, stderr);
    assert.equal(await app.read("out/tls"), "secret");
  });

  test("a link called consul-template is it", async () => {
    await consul.put("/app/name", "linked");
    const { app, config } = await configured();
    await using _ = app;
    await mkdir(app.directory.join("bin"));
    await symlink((await programWords()).at(-1) as string, app.directory.join("bin/consul-template"));
    const [first, ...more] = await programWords();
    const link = app.directory.join("bin/consul-template");
    const words: [string, ...string[]] = more.length === 0 ? [link] : [first, link];
    const { code, stderr } = await runProgram([...words, "-config", config, "-once"], { env: { ...process.env, REMORA_STATE_DIR: app.directory.join("state") } });
    assert.equal(code, 0, stderr);
    assert.equal(await app.read("out/app.conf"), "linked 10.0.0.1:80\n");
  });
});
