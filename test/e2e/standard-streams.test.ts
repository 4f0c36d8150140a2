import assert from "node:assert/strict";
import { symlink } from "node:fs/promises";
import { request } from "node:http";
import { describe, test } from "node:test";
import { executable } from "../support/executable.ts";
import { eventually } from "../support/eventually.ts";
import { project } from "../support/remora.ts";
import { requireProgram } from "../support/requires.ts";

const BUILDS: readonly { readonly name: string; program(): Promise<string | undefined> }[] = [
  { name: "on Node", program: async () => undefined },
  { name: "the executable", program: executable },
];

/** As the configuration of the official image, whose error log is a link to /dev/stderr. */
const NGINX = `error_log $DIR/error.log notice;
pid $DIR/nginx.pid;
events {}
http { access_log off; server { listen unix:$DIR/web; return 200 "{{ getv("/name") }}"; } }
`;

describe("Standard streams of checks and reloads", { concurrency: 2 }, () => {
  for (const { name, program: build } of BUILDS) {
    test(`${name}: a check and a reload open /dev/stderr and /dev/stdout`, async () => {
      const program = await build();
      await using app = await project({ "conf.d/app.toml": '[template]\nsrc = "app.njk"\ndest = "$DIR/out/app.conf"\ncheck_cmd = "echo bad >/dev/stderr; : >/dev/stdout; ! grep -q two {{ src }}"\nreload_cmd = "echo loaded >/dev/stderr && echo >> $DIR/reloads"\n' });
      await using running = await app.start([], program === undefined ? {} : { program });
      await running.waitForLog("Reloaded");
      await app.write("data.yaml", "name: two\n");
      const failed = await running.waitForLog("Unit failed");
      assert.deepEqual([failed.step, failed.output], ["check", "bad"]);
      assert.equal(await running.stop(), 0);
    });

    test(`${name}: nginx, whose error log is a link to /dev/stderr, is checked and reloaded`, async () => {
      const nginx = requireProgram("nginx");
      const program = await build();
      await using app = await project({
        "templates/app.njk": NGINX,
        "conf.d/app.toml": `[template]\nsrc = "app.njk"\ndest = "$DIR/nginx.conf"\ncheck_cmd = "${nginx} -t -q -c {{ src }}"\nreload_cmd = "test ! -s $DIR/nginx.pid || ${nginx} -s reload -c $DIR/nginx.conf"\n`,
      });
      await symlink("/dev/stderr", app.directory.join("error.log"));
      const words = ["--", "/bin/sh", "-c", `exec ${nginx} -c ${app.directory.join("nginx.conf")} -g 'daemon off;' 2>${app.directory.join("errors")}`];
      await using running = await app.start(words, program === undefined ? {} : { program });
      const says = (text: string) => eventually(async () => assert.equal(await get(app.directory.join("web")), text), { within: 10_000 });
      await says("one");
      await app.write("data.yaml", "name: two\n");
      await says("two");
      await app.write("data.yaml", "name: '\"'\n");
      const failed = await running.waitForLog("Unit failed");
      assert.match(String(failed.output), /\[emerg\].*nginx\.conf/);
      assert.equal(await get(app.directory.join("web")), "two");
    });
  }
});

/** What is answered at a socket file. */
function get(socketPath: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const asked = request({ socketPath, agent: false }, (answer) => {
      let text = "";
      answer.on("data", (chunk) => (text += chunk));
      answer.on("end", () => resolve(text));
    });
    asked.on("error", reject);
    asked.end();
  });
}
