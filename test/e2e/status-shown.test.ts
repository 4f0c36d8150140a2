import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { project } from "../support/remora.ts";
import { statusWhen } from "../support/status.ts";

/** A text that would paint a terminal and give its window another name. */
const HOSTILE = "\u001b[31mred\u001b[0m\u001b]0;owned\u0007";

describe("What remora status shows to people", () => {
  test("A failed unit comes with the place, the command's last lines and what to do about it", async () => {
    await using app = await project({
      "templates/app.njk": 'name = {{ getv("/name") }}\n{{ getv("/name").first.second }}\n',
      "conf.d/app.toml": '[template]\nsrc = "app.njk"\ndest = "$DIR/out/app.conf"\n',
      "templates/web.njk": "web\n",
      "conf.d/web.toml": '[template]\nsrc = "web.njk"\ndest = "$DIR/out/web.conf"\ncheck_cmd = "echo no such upstream; exit 1"\n',
    });
    await using _ = await app.start();
    await statusWhen(app.directory.join("state/remora.sock"), ({ units }) => assert.deepEqual(units.map(({ state }) => state), ["failed", "failed"]));
    const { stdout } = await app.remora(["status"]);
    assert.match(stdout, /\nUnit "app" failed to render at .*app\.njk:2(:\d+)?:\n/);
    assert.match(stdout, /\nUnit "web" failed to check:\n {2}> no such upstream\n {2}hint: The targets are as they were; /);
  });

  test("A configuration that is refused comes with its file and line", async () => {
    await using app = await project();
    await using running = await app.start();
    await running.waitForLog("Reloaded");
    await app.write("conf.d/app.toml", "[template]\nsource = 1\n");
    await running.waitForLog("Configuration refused, going on with the present one");
    assert.match((await app.remora(["status"])).stdout, /\nA newer configuration is refused, \S+ ago: .*conf\.d\/app\.toml:2\S*: /);
  });

  test("What keys and commands say is written out, and nothing of it is obeyed by the terminal", async () => {
    await using app = await project({
      "templates/app.njk": `{{ getv("/a${HOSTILE}") }}\n`,
      "templates/web.njk": "web\n",
      "conf.d/web.toml": `[template]\nsrc = "web.njk"\ndest = "$DIR/out/web.conf"\ncheck_cmd = "printf '\\\\033[31mred\\\\033[0m\\\\033]0;owned\\\\007'; exit 1"\n`,
      "data.yaml": `"k${HOSTILE.replaceAll("\u001b", "\\e").replaceAll("\u0007", "\\a")}": one\n`,
    });
    await using _ = await app.start();
    await statusWhen(app.directory.join("state/remora.sock"), ({ units }) => assert.deepEqual(units.map(({ state }) => state), ["waiting", "failed"]));
    for (const args of [["status"], ["status", "--ready"], ["explain"], ["keys"], ["render"]]) {
      const { stdout, stderr } = await app.remora([...args, ...(args[0] === "render" ? ["--state-dir", app.directory.join("other")] : [])]);
      assert.match(stdout + stderr, /\\u001b\]0;owned\\u0007/, args.join(" "));
      assert.doesNotMatch(stdout + stderr, /[\u0007\u001b]/, args.join(" "));
    }
  });
});
