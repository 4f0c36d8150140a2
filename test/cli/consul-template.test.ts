import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { remora } from "../support/remora.ts";
import { type TempDir, tempDir } from "../support/temp.ts";

describe("remora consul-template, of a wrong command line or configuration", () => {
  for (const [args, status, message] of [
    [["-onec"], 13, /There is no flag "-onec"\n {2}hint: Did you mean "-once"\?/],
    [["-config"], 13, /-config needs a value/],
    [["-once=maybe"], 13, /"maybe" is not a boolean/],
    [["stray"], 13, /There is no place for "stray"/],
    [[], 15, /There is no template/],
    [["-template", "only-source"], 15, /"only-source" is not SRC:DEST/],
    [["-template", "none.ctmpl:out.conf", "-once"], 14, /none\.ctmpl" in the templates directory/],
    [["-config", "none.hcl"], 15, /none\.hcl": there is no such file/],
    [["-template", "a:b", "-log-level", "loud"], 15, /-log-level: "loud" is not known/],
    [["-template", "a:b", "-kill-signal", "NOPE"], 15, /-kill-signal: "NOPE" is not a signal/],
    [["-template", "a:b", "-exec", "true", "-exec-reload-signal", "SIGFOO"], 15, /-exec-reload-signal: "SIGFOO" is not a signal/],
    [["-template", "a:b", "-wait", "x"], 15, /-wait: "x" is not a duration/],
    [["-template", "a:b", "-wait", "10s:5s"], 15, /-wait: the first of "10s" and "5s" is the longer one/],
    [["-template", "a:b", "-pid-file", "none/x.pid"], 14, /Cannot write the pid file "none\/x\.pid"/],
    [["-template", "a:b", "-consul-auth", "hunter2"], 15, /-consul-auth: this holds no user and password\n {2}hint: Write USER:PASSWORD/],
    [["-template", "a:b", "-retry", "5s", "-vault-ssl-ca-cert", "x", "-kill-signal", "NOPE"], 15, /"NOPE" is not a signal/],
  ] as const) {
    test(`${JSON.stringify(args)} ends with ${status}`, async () => {
      const { code, stderr } = await remora(["consul-template", ...args]);
      assert.match(stderr, message);
      assert.equal(code, status);
    });
  }

  for (const [text, message] of [
    ['template {\n  sorce = "a"\n}', /c\.hcl:2: "sorce" is not known in a template\n {2}2 \| {3}sorce = "a"\n {2}hint: Did you mean "source"\?/],
    ['log_levle = "warn"', /"log_levle" is not known/],
    ['template { destination = "/tmp/x" }', /neither source nor contents/],
    ['template { source = "a" }', /it has no destination/],
    ['template {\n source = "a"\n destination = "b"\n function_denylist = ["file"]\n}', /function_denylist: Remora has no such limit/],
    ['template {\n source = "a"\n destination = "b"\n exec {\n  comand = "true"\n }\n}', /c\.hcl:5: "comand" is not known in the exec of a template\n.*\n {2}hint: Did you mean "command"\?/],
    ['consul { retry { attemps = 5 } }', /"consul\.retry\.attemps" is not known\n.*\n {2}hint: Did you mean "consul\.retry\.attempts"\?/],
    ['consul { retry { attempts = -1 } }\ntemplate { contents = "a" destination = "b" }', /consul\.retry\.attempts of .*: "-1" is not a whole number/],
    ['template { source = "a" destination = "b" perms = 9999 }', /perms: 9999 is not a mode/],
    ["template {", /"}" is missing/],
    ['consul { namespace = "team" }', /consul\.namespace: Remora does not read namespaces/],
  ] as const) {
    test(`${JSON.stringify(text.slice(0, 50))} is refused with where and why`, async () => {
      await using directory: TempDir = await tempDir();
      const file = await directory.write("c.hcl", text);
      const { code, stderr } = await remora(["consul-template", "-config", file, "-once"]);
      assert.match(stderr, message);
      assert.equal(code, 15);
    });
  }

  test("-help and -version print and end", async () => {
    assert.match((await remora(["consul-template", "-help"])).stdout, /-consul-addr/);
    assert.match((await remora(["consul-template", "-v"])).stdout, /^consul-template as Remora /);
  });
});
