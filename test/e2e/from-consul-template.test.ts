import assert from "node:assert/strict";
import { mkdir, readFile, symlink } from "node:fs/promises";
import { describe, test } from "node:test";
import { OPTIONS } from "../../src/cli/consul-template/options.ts";
import { startConsul } from "../support/consul.ts";
import { runProgram } from "../support/process.ts";
import { programWords } from "../support/remora.ts";
import { textOf } from "../support/sources.ts";
import { tempDir } from "../support/temp.ts";

const PAGE = textOf("docs/from-consul-template.md");

describe("the guide for those who come from consul-template", () => {
  test("has commands that work, one after the other", async () => {
    await using consul = await startConsul();
    await consul.put("/app/name", "shop");
    await using home = await tempDir();
    await home.write("ct.hcl", /^```hcl\n(.*?)^```$/ms.exec(PAGE)?.[1] ?? "");
    await home.write("app.ctmpl", 'name = {{ key "app/name" }}\n');
    await mkdir(home.join("bin"));
    await symlink((await programWords()).at(-1) as string, home.join("bin/remora"));
    const script = [...PAGE.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block]) => block).join("\n");
    const env = { ...process.env, PATH: `${home.join("bin")}:${process.env["PATH"]}`, CONSUL_HTTP_ADDR: consul.url.replace("http://", ""), REMORA_STATE_DIR: home.join("state") };
    const { code, stdout, stderr } = await runProgram(["bash", "-euxo", "pipefail", "-c", script], { env, cwd: home.path });
    assert.equal(code, 0, stderr);
    assert.match(stdout, new RegExp(`^> ${home.join("out/app.conf")}\nname = shop$`, "m"));
    assert.match(stdout, /^app\.ctmpl +app\.njk +equal bytes from 4 sets of values, the given ones too, up to \d+ B$/m);
    assert.match(stdout, /^1 unit is sound$/m);
    for (const name of ["app.conf", "other.conf"]) assert.equal(await readFile(home.join(`out/${name}`), "utf8"), "name = shop\n");
    assert.equal(await readFile(home.join("reloads"), "utf8"), "reload\nother\n");
  });

  test("names every flag without effect", () => {
    const names = OPTIONS.flatMap(({ flag, unused }) => (unused === undefined || flag === undefined ? [] : [`\`-${flag}\``]));
    assert.deepEqual(names.filter((name) => !PAGE.includes(name)), []);
  });
});
