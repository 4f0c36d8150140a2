import assert from "node:assert/strict";
import { symlink } from "node:fs/promises";
import { describe, test } from "node:test";
import { loadConfiguration } from "../../src/config/load.ts";
import type { Unit } from "../../src/core/unit.ts";
import { systemFiles } from "../../src/platform/files.ts";
import { type TempDir, tempDir } from "../support/temp.ts";

const load = async (dir: TempDir) => (await loadConfiguration({ files: systemFiles, confdir: dir.path, env: {}, flags: {} })).configuration;

describe("loadConfiguration()", () => {
  test("answers no units where there is nothing", async () => {
    await using dir = await tempDir();
    assert.deepEqual(await load(dir).then(({ units, templatesDir }) => ({ units, templatesDir })), { units: [], templatesDir: dir.join("templates") });
  });

  test("reads confd's own [template] as it is", async () => {
    await using dir = await tempDir();
    await dir.write("remora.toml", 'prefix = "/production"');
    const file = await dir.write(
      "conf.d/nginx.toml",
      '[template]\nprefix = "/web"\nsrc = "nginx.tmpl"\ndest = "/etc/nginx/nginx.conf"\nuid = -1\ngid = 33\nmode = "644"\nkeys = ["/up", "consul:/x"]\ncheck_cmd = "nginx -t -c {{.src}}"\nreload_cmd = "reload {{ .dest }} {{.src}}"\nmin_reload_interval = "5s"\n',
    );
    assert.deepEqual((await load(dir)).units, [
      {
        name: "nginx",
        file,
        at: { file },
        prefix: "/production/web",
        templates: [
          {
            src: "nginx.tmpl",
            engine: undefined,
            dest: "/etc/nginx/nginx.conf",
            mode: 0o644,
            owner: undefined,
            group: 33,
            keys: ["/up", "consul:/x"],
            check: { kind: "shell", text: "nginx -t -c {{ src }}" },
          },
        ],
        check: undefined,
        checkTimeout: 30_000,
        reload: { kind: "command", command: { kind: "shell", text: "reload {{ dest }} {{ dest }}" } },
        reloadTimeout: 60_000,
        onReloadFailure: "keep",
        onEmpty: "keep",
        splay: 0,
      lock: undefined,
        minReloadInterval: 5_000,
        requires: [],
      },
    ]);
  });

  test("reads [unit] beside several [[template]]", async () => {
    await using dir = await tempDir();
    await dir.write(
      "conf.d/edge/haproxy.toml",
      '[unit]\ncheck_cmd = ["haproxy", "-c", "-f", "{{ stage }}/a"]\nreload_signal = "usr2"\npid_file = "/run/h.pid"\non_reload_failure = "rollback"\nsplay = "3s"\n' +
        '[[template]]\nsrc = "./a"\ndest = "/h//a"\nowner = "haproxy"\ngroup = "1000"\ncheck_cmd = "test -s {{ src }}"\n[[template]]\nsrc = "b"\ndest = "/h/b"\nmode = "0600"\n',
    );
    const [unit] = (await load(dir)).units;
    assert.ok(unit);
    assert.equal(unit.name, "edge/haproxy");
    assert.deepEqual(unit.check, { kind: "argv", argv: ["haproxy", "-c", "-f", "{{ stage }}/a"] });
    assert.deepEqual(unit.reload, { kind: "signal", signal: "SIGUSR2", pidFile: "/run/h.pid" });
    assert.deepEqual([unit.onReloadFailure, unit.splay], ["rollback", 3_000]);
    assert.deepEqual(unit.templates.map(({ src, dest, mode, owner, group, check }) => [src, dest, mode, owner, group, check]), [
      ["a", "/h/a", undefined, "haproxy", 1000, { kind: "shell", text: "test -s {{ src }}" }],
      ["b", "/h/b", 0o600, undefined, undefined, undefined],
    ]);
  });

  test("gives a check to the template when it names one file, else to the unit", async () => {
    await using dir = await tempDir();
    const checks = async (text: string) => {
      await dir.write("conf.d/a.toml", text);
      const [unit] = (await load(dir)).units as [Unit];
      return [unit.check, unit.templates[0]?.check].map((check) => (check?.kind === "shell" ? check.text : undefined));
    };
    const keys = 'src = "a"\ndest = "/a"\n';
    assert.deepEqual(await checks(`[template]\n${keys}check_cmd = "x {{ src }}"`), [undefined, "x {{ src }}"]);
    assert.deepEqual(await checks(`[template]\n${keys}check_cmd = "x {{ stage }}"`), ["x {{ stage }}", undefined]);
    assert.deepEqual(await checks(`[template]\n${keys}check_cmd = "true"`), ["true", undefined]);
    assert.deepEqual(await checks(`[unit]\ncheck_cmd = "x {{ src }}"\n[[template]]\n${keys}`), [undefined, "x {{ src }}"]);
  });

  test("follows symlinks in lexical order and leaves hidden names alone, as in a mounted ConfigMap", async () => {
    await using dir = await tempDir();
    const unit = (dest: string) => `[template]\nsrc = "a"\ndest = "${dest}"\n`;
    await dir.write("conf.d/..2024/b.toml", unit("/b"));
    await symlink("..2024", dir.join("conf.d/..data"));
    await symlink("..data/b.toml", dir.join("conf.d/b.toml"));
    await dir.write("elsewhere/c.toml", unit("/c"));
    await symlink("../elsewhere", dir.join("conf.d/z"));
    await symlink("..", dir.join("elsewhere/loop"));
    await symlink("../conf.d", dir.join("conf.d/self"));
    await dir.write("conf.d/a.toml", unit("/a"));
    await dir.write("conf.d/.hidden.toml", "= wrong");
    await dir.write("conf.d/notes.md", "= wrong");
    const { units } = await load(dir);
    assert.deepEqual(units.map(({ name }) => name), ["a", "b", "z/c"]);
  });

  test("names a symlink that leads to nothing", async () => {
    await using dir = await tempDir();
    await dir.write("conf.d/x", "");
    await symlink("gone", dir.join("conf.d/a.toml"));
    await assert.rejects(load(dir), { message: `Cannot read "${dir.join("conf.d/a.toml")}": there is no such file` });
  });

  test("keeps sound units beside broken ones when it is asked to", async () => {
    await using dir = await tempDir();
    await dir.write("conf.d/a.toml", '[template]\nsrc = "a"\ndest = "/a"\n');
    await dir.write("conf.d/b.toml", "[template]\n");
    await dir.write("conf.d/c.toml", '[template]\nsrc = "a"\ndest = "/c"\n');
    await dir.write("conf.d/d.toml", '[template]\nsrc = "a"\ndest = "/c"\n');
    const { configuration, broken } = await loadConfiguration({ files: systemFiles, confdir: dir.path, env: {}, flags: {}, keepSound: true });
    assert.deepEqual(configuration.units.map(({ name }) => name), ["a"]);
    assert.deepEqual(broken.map(({ at }) => at?.file), [dir.join("conf.d/b.toml"), dir.join("conf.d/b.toml"), dir.join("conf.d/d.toml")]);
  });
});
