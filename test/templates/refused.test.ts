import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { describe, test } from "node:test";
import { project } from "../support/remora.ts";
import { requireProgram } from "../support/requires.ts";
import { TEMPLATES } from "./rendering.ts";

const SALTS = ["AUTH_KEY", "SECURE_AUTH_KEY", "LOGGED_IN_KEY", "NONCE_KEY", "AUTH_SALT", "SECURE_AUTH_SALT", "LOGGED_IN_SALT", "NONCE_SALT"];
const KEYS = { wordpress: { db: { host: "10.0.0.5", password: "x" }, salts: Object.fromEntries(SALTS.map((name) => [name, "x"])) }, galera: { members: "10.0.0.5:4567" }, services: { none: { none: "none" } }, vhosts: { none: "none" }, hipache: { none: "none" }, logstash: { host: "10.0.0.7", ssl_certificate: "none" } };

/** What a template has at its end that its own program refuses, and what is said of it. */
const REFUSED = [
  { name: "nginx", program: "nginx", wrong: "evil;", says: /unknown directive "evil"/ },
  { name: "nginx-vhosts", program: "nginx", wrong: "evil;", says: /unknown directive "evil"/ },
  { name: "hipache", program: "nginx", wrong: "evil;", says: /unknown directive "evil"/ },
  { name: "haproxy", program: "haproxy", wrong: "    evil", says: /unknown keyword 'evil'/ },
  { name: "caddy", program: "caddy", wrong: "shop.example.com {\n\tevil\n}", says: /unrecognized directive: evil/ },
  { name: "rsyslog", program: "rsyslogd", wrong: 'action(type="omfwd" evil="1")', says: /evil/ },
  { name: "prometheus", program: "promtool", wrong: "evil: 1", says: /evil/ },
  { name: "nagios", program: "nagios4", wrong: "define host {\n  host_name evil\n}", says: /evil/ },
  { name: "wordpress", program: "php", wrong: "'it's'", says: /syntax error/ },
  { name: "galera", program: "mariadbd", wrong: "evil = 1", says: /unknown variable 'evil=1'/ },
  { name: "logstash-forwarder", program: undefined, wrong: "{", says: /Extra data/ },
  // What extends another file is that file's text, so nothing is left of its own.
  { name: "hosts", program: undefined, wrong: '{% extends "none.njk" %}', says: /the check command failed/ },
  { name: "environment", program: undefined, wrong: 'EVIL="', says: /[Uu]nterminated/ },
] as const;

describe("A wrong file of a ready-made template is refused by its own check, and the old one stays", () => {
  for (const { name, program, wrong, says } of REFUSED) {
    test(name, async () => {
      if (program !== undefined) requireProgram(program);
      const folder = `${TEMPLATES}${name}/`;
      const unit = readFileSync(`${folder}${name}.toml`, "utf8").replace(/^(dest = ")\//gm, "$1$DIR/out/");
      const [main = "", target = ""] = [/^src\s*= "(.*)"/m.exec(unit)?.[1], /^dest\s*= "\$DIR\/(.*)"/m.exec(unit)?.[1]];
      const templates = readdirSync(folder).filter((file) => file.endsWith(".njk")).map((file) => [`templates/${file}`, `${readFileSync(folder + file, "utf8")}${file === main ? `${wrong}\n` : ""}`] as const);
      await using app = await project({ "conf.d/app.toml": "", "templates/app.njk": "", "templates/none.njk": "nothing\n", [`conf.d/${name}.toml`]: unit, ...Object.fromEntries(templates), "remora.toml": 'backend = "file"\nbackends.file.path = "data.json"\n', "data.json": JSON.stringify(KEYS) });
      mkdirSync(dirname(app.directory.join(target)), { recursive: true });
      await app.write(target, "the old file\n");

      const PATH = `${process.env["PATH"]}:/usr/sbin:/sbin`;
      const { code, stderr } = await app.remora(["render", "--no-reload"], { env: { PATH, HOME: app.directory.path } });
      assert.equal(code, 5, stderr);
      assert.match(stderr, says);
      assert.equal(await app.read(target), "the old file\n");
    });
  }
});
