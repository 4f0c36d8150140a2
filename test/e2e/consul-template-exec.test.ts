import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { type Consul, startConsul } from "../support/consul.ts";
import { eventually } from "../support/eventually.ts";
import { type Project, project, remora, type RemoraOptions, startRemora } from "../support/remora.ts";

describe("consul-template's app", () => {
  let consul: Consul;
  before(async () => (consul = await startConsul()));
  after(() => consul?.[Symbol.asyncDispose]());

  async function configured(files: Readonly<Record<string, string>>): Promise<{ readonly app: Project; readonly args: readonly string[]; readonly options: RemoraOptions }> {
    const app = await project({ "conf.d/app.toml": "", "templates/app.njk": "", "data.yaml": "", "app.ctmpl": '{{ key "app/name" }}\n', ...files });
    return { app, args: ["consul-template", "-consul-addr", consul.url, "-config", app.directory.join("c.hcl")], options: { env: { REMORA_STATE_DIR: app.directory.join("state"), SHOWN: "yes", HIDDEN: "no" } } };
  }

  const TWO = 'template {\n source = "$DIR/app.ctmpl"\n destination = "$DIR/out/a"\n command = "cat $DIR/out/a >> $DIR/log"\n}\ntemplate {\n source = "$DIR/app.ctmpl"\n destination = "$DIR/out/b"\n exec { command = "echo b >> $DIR/log" }\n}\n';

  test("is started after the commands of all templates, and told of their changes too", async () => {
    await consul.put("/app/name", "one");
    const { app, args, options } = await configured({ "c.hcl": TWO, "app.sh": 'tr "\\n" " " < $DIR/log | sed "s/^/start /" >> $DIR/app.log\ntrap "echo hup >> $DIR/app.log" HUP\nwhile :; do sleep 0.05; done\n' });
    await using _ = app;
    await using running = await startRemora([...args, "-exec", `sh ${app.directory.join("app.sh")}`, "-exec-reload-signal", "HUP"], options);
    await eventually(async () => assert.match((await app.read("app.log")) ?? "", /^start (one b|b one) $/), { within: 10_000 });
    await consul.put("/app/name", "two");
    await eventually(async () => assert.match((await app.read("app.log")) ?? "", / hup\n$/), { within: 10_000 });
    assert.equal((await app.read("log"))?.match(/two|b/g)?.length, 3);
    await running.stop();
  });

  test("with -once is started when everything is written, is told of nothing, and gives its status", async () => {
    await consul.put("/app/name", "one");
    const { app, args, options } = await configured({ "c.hcl": TWO });
    await using _ = app;
    await using running = await startRemora([...args, "-once", "-exec", `cat ${app.directory.join("out/a")} >> ${app.directory.join("app.log")}; while ! test -e ${app.directory.join("end")}; do sleep 0.05; done; exit 7`], options);
    await eventually(async () => assert.equal(await app.read("app.log"), "one\n"), { within: 10_000 });
    await consul.put("/app/name", "two");
    await app.write("end", "");
    assert.equal(await running.exit, 7);
    assert.deepEqual([await app.read("out/a"), await app.read("app.log")], ["one\n", "one\n"]);
  });

  test("gets the environment that exec.env says, and the address of Consul", async () => {
    await consul.put("/app/name", "one");
    const env = 'exec {\n command = ["sh", "-c", "env > $DIR/env"]\n env {\n  allowlist = ["PATH", "SHOWN", "HIDDEN"]\n  denylist = ["HIDD*"]\n  custom = ["MORE=a=b"]\n }\n}\n';
    const { app, args, options } = await configured({ "c.hcl": TWO + env });
    await using _ = app;
    const { code, stderr } = await remora([...args, "-once"], options);
    assert.equal(code, 0, stderr);
    const names = ((await app.read("env")) ?? "").split("\n").filter((line) => !/^(PWD|SHLVL|_|OLDPWD)=|^$/.test(line)).sort();
    assert.deepEqual(names.filter((line) => !line.startsWith("PATH=")), [`CONSUL_HTTP_ADDR=${consul.url}`, "MORE=a=b", "SHOWN=yes"]);
  });

  test("is not started by -once where Consul does not answer for as long as consul.retry says", async () => {
    const { app, args, options } = await configured({ "c.hcl": `${TWO}consul { retry { enabled = false } }\n` });
    await using _ = app;
    const { code, stderr } = await remora([...args, "-consul-addr", "127.0.0.1:1", "-once", "-consul-retry-attempts", "1", "-consul-retry", "-consul-retry-backoff", "1ms", "-exec", `touch ${app.directory.join("ran")}`], options);
    assert.equal(code, 14, stderr);
    assert.equal(await app.read("ran"), undefined);
  });
});
