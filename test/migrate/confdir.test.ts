import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { describe, test } from "node:test";
import { readFile } from "node:fs/promises";
import { confdir, KEYS, nested, OUTPUTS, targets } from "../support/confdir.ts";
import { remora } from "../support/remora.ts";

const TRANSLATED = ["cert.pem", "cert.sum", "env", "haproxy.cfg", "nginx.conf", "php-fpm.conf", "proxy.map", "rsyslog.conf", "upstream.conf", "workers.service"];

describe("a confdir of twenty resources", () => {
  test("is migrated to files that render to the bytes that Go gives", async () => {
    await using app = await confdir();
    const values = await app.write("values.json", JSON.stringify(nested(KEYS)));
    const to = app.directory.join("new");
    const migrated = await remora(["migrate", app.directory.path, "--to", to, "--values", values, "--", "file", "--file", values]);
    assert.equal(migrated.code, 0, migrated.stderr);
    assert.deepEqual(readdirSync(`${to}/templates`).filter((name) => name.endsWith(".njk")).sort(), TRANSLATED.map((name) => `${name}.njk`));
    for (const name of TRANSLATED) assert.match(migrated.stdout, new RegExp(`^${name}\\.tmpl +${name}\\.njk +equal bytes from 4 sets of values, the given ones too, up to [1-9]`, "m"));
    assert.match(migrated.stdout, /^crontab\.tmpl +crontab\.tmpl +line 1, len: len of a text, which counts bytes$/m);
    assert.match(migrated.stdout, /\n10 of 20 templates are nunjucks now, and give the same bytes; the others stay as they were\.\n/);
    assert.match(await readFile(`${to}/conf.d/crontab.toml`, "utf8"), /^# crontab\.tmpl stays a Go template: line 1, /);

    const { code, stderr } = await remora(["render", "--confdir", to, "--state-dir", app.directory.join("state")]);
    assert.equal(code, 0, stderr);
    assert.deepEqual(await targets(app), OUTPUTS);
  });

  test("is proven from values that are made up where none are given", async () => {
    await using app = await confdir();
    const { code, stdout, stderr } = await remora(["migrate", app.directory.path, "--to", app.directory.join("new")]);
    assert.equal(code, 0, stderr);
    for (const name of TRANSLATED) assert.match(stdout, new RegExp(`^${name}\\.tmpl +${name}\\.njk +equal bytes from 3 sets of values, up to [1-9]`, "m"));
  });
});
