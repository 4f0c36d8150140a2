import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { describe, test } from "node:test";
import { eventually } from "../support/eventually.ts";
import { stopProcess } from "../support/process.ts";
import { project } from "../support/remora.ts";

const unit = (more: string) => ({ "conf.d/app.toml": `[template]\nsrc = "app.njk"\ndest = "$DIR/out/app.conf"\n${more}\n` });

describe("remora run and its reloads", () => {
  test("A failing reload is told with its output, and retried until it succeeds", async () => {
    await using app = await project(unit('reload_cmd = "echo try >> $DIR/tries; test -e $DIR/up || { echo service is down; exit 1; }"'));
    await using running = await app.start();
    const failed = await running.waitForLog("Unit failed");
    assert.equal(failed.step, "reload");
    assert.match(String(failed.output), /service is down/);
    await app.write("up", "yes");
    await running.waitForLog("Reloaded");
    assert.ok(((await app.read("tries")) ?? "").split("\n").length - 1 >= 2);
  });

  test("A reload that failed is retried by the next process", async () => {
    await using app = await project(unit('reload_cmd = "test -e $DIR/up && echo reload >> $DIR/reloads"'));
    await using first = await app.start();
    await first.waitForLog("Unit failed");
    assert.equal(await first.stop(), 0);
    await app.write("up", "yes");
    await using second = await app.start();
    await second.waitForLog("Reloaded");
    assert.equal(await app.read("reloads"), "reload\n");
    assert.equal(second.lines.some(({ msg }) => msg === "Committed"), false);
  });

  test("SIGTERM lets a running reload finish, leaves nothing behind and exits 0", async () => {
    await using app = await project(unit('reload_cmd = "echo begun > $DIR/reloads; while ! test -e $DIR/go; do sleep 0.05; done; echo ended >> $DIR/reloads"'));
    await using running = await app.start();
    await eventually(async () => assert.equal(await app.read("reloads"), "begun\n"));
    running.signal("SIGTERM");
    await running.waitForLog("Stopping");
    await app.write("go", "on");
    assert.equal(await running.exit, 0);
    assert.equal(await app.read("reloads"), "begun\nended\n");
    const { stderr } = await app.remora(["render"]);
    assert.equal(stderr, "", "the reload counts, and nothing is left to do");
  });

  test("A reload that outlasts --shutdown-timeout is ended, and is due in the next process", async () => {
    await using app = await project(unit('reload_cmd = "echo begun >> $DIR/reloads; test -e $DIR/go || sleep 60"'));
    await using running = await app.start(["--shutdown-timeout", "200ms"]);
    await eventually(async () => assert.equal(await app.read("reloads"), "begun\n"));
    assert.equal(await running.stop("SIGINT"), 0);
    await app.write("go", "on");
    assert.equal((await app.remora(["render"])).code, 0);
    assert.equal(await app.read("reloads"), "begun\nbegun\n");
  });

  test("A target that somebody else brought to what is rendered now is reloaded, for the service may not have seen it", async () => {
    await using app = await project();
    assert.equal((await app.remora(["render"])).code, 0);
    await app.write("out/app.conf", "name = two\n");
    await app.write("data.yaml", "name: two\n");
    assert.equal((await app.remora(["render"])).code, 0);
    assert.equal(await app.read("reloads"), "reload\nreload\n");
    assert.equal((await app.remora(["render"])).code, 0);
    assert.equal(await app.read("reloads"), "reload\nreload\n");
  });

  test("min_reload_interval defers a reload and never drops it", async () => {
    await using app = await project(unit('reload_cmd = "cat $DIR/out/app.conf >> $DIR/seen"\nmin_reload_interval = "1500ms"'));
    await using running = await app.start();
    await running.waitForLog("Reloaded");
    for (const name of ["two", "three"]) {
      await app.write("data.yaml", `name: ${name}\n`);
      await eventually(async () => assert.equal(await app.read("out/app.conf"), `name = ${name}\n`));
    }
    assert.equal(await app.read("seen"), "name = one\n");
    await eventually(async () => assert.equal(await app.read("seen"), "name = one\nname = three\n"));
    // It counts from the beginning of a reload, and the log has the ends.
    const [first = 0, second = 0] = await eventually(() => {
      const times = running.lines.filter(({ msg }) => msg === "Reloaded").map(({ time, took_ms }) => Date.parse(time) - Number(took_ms));
      assert.equal(times.length, 2);
      return times;
    });
    assert.ok(second - first >= 1_400, `${second} - ${first}`);
  });

  test("A reload by signal reaches the process of the pid file", async () => {
    await using app = await project(unit('reload_signal = "HUP"\npid_file = "$DIR/service.pid"'));
    const service = spawn("sh", ["-c", 'trap "echo hup >> $0/hups" HUP; echo $$ > $0/service.pid; while :; do sleep 0.05; done', app.directory.path]);
    try {
      await eventually(async () => assert.equal(await app.read("service.pid"), `${service.pid}\n`));
      await using running = await app.start();
      await running.waitForLog("Reloaded");
      await eventually(async () => assert.equal(await app.read("hups"), "hup\n"));
    } finally {
      await stopProcess(service, "SIGKILL");
    }
  });

  test("A second run with the same state directory is refused with the process that holds it", async () => {
    await using app = await project();
    await using running = await app.start();
    await running.waitForLog("Reloaded");
    const { code, stderr } = await app.remora(["run"]);
    assert.equal(code, 2);
    assert.match(stderr, new RegExp(`process ${running.pid} is using it`));
    assert.equal(await running.stop(), 0);
    assert.equal((await app.remora(["render"])).code, 0);
  });

  test("While a reload is put off, a commit that fails half-way still brings back the files that it had swapped", async () => {
    await using app = await project({
      "templates/app.njk": 'name = {{ getv("/name") }}\n',
      "conf.d/app.toml":
        '[unit]\nreload_cmd = "true"\non_reload_failure = "rollback"\nmin_reload_interval = "1h"\ncheck_cmd = "! grep -q three {{ stage }}/a || { rm $DIR/out/b; mkdir $DIR/out/b; }"\n\n[[template]]\nsrc = "app.njk"\ndest = "$DIR/out/a"\n\n[[template]]\nsrc = "app.njk"\ndest = "$DIR/out/b"\n',
    });
    await using running = await app.start();
    await running.waitForLog("Reloaded");
    await app.write("data.yaml", "name: two\n");
    await eventually(async () => assert.equal(await app.read("out/b"), "name = two\n"));
    await app.write("data.yaml", "name: three\n");
    const failed = await running.waitForLog("Unit failed");
    assert.equal(failed.step, "commit");
    assert.equal(await app.read("out/a"), "name = two\n");
  });
});
