import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdir, readFile } from "node:fs/promises";
import { describe, test } from "node:test";
import { startEtcd } from "../support/etcd.ts";
import { eventually } from "../support/eventually.ts";
import { runProgram, stopProcess } from "../support/process.ts";
import { project } from "../support/remora.ts";
import { requireProgram } from "../support/requires.ts";
import { tempDir } from "../support/temp.ts";
import { HOSTILE, type Registered, renderServices, renderTemplate, TEMPLATES } from "./rendering.ts";

const TEMPLATE = "nagios/remora.cfg.njk";

describe("templates/nagios", () => {
  test("a configuration without any service is valid", async () => {
    await assertValid(renderServices(TEMPLATE, {}));
  });

  test("an address is one host, and each instance is a service of it", async () => {
    const text = renderServices(TEMPLATE, {
      web: [{ id: "a", address: "10.0.0.5", port: 80 }, { id: "b", address: "10.0.0.5", port: 81, status: "critical" }, { id: "c", address: "2001:db8::1", port: 80 }],
      db: [{ id: "a", address: "10.0.0.5", port: 3306 }],
    });

    await assertValid(text);
    assert.deepEqual(objects(text, "host", "host_name"), ["remora", "remora-10.0.0.5", "remora-2001:db8::1"]);
    assert.deepEqual(objects(text, "service", "service_description"), ["remora", "db 3306", "web 80", "web 81", "web 80"]);
  });

  test("a contact group of one's own is named", () => {
    assert.match(renderServices(TEMPLATE, {}, { "/nagios/contact_group": "admins" }), /contact_groups admins/);
  });

  test("hostile values are left out and stop nobody else", async () => {
    const good = { id: "good", address: "10.0.0.5", port: 80 };
    const evil = HOSTILE.filter((value) => value !== "10.0.0.9").map((value, n): Registered => ({ id: `${n}`, address: value, port: 80 }));
    const names = Object.fromEntries(HOSTILE.filter((value) => value !== "").map((value) => [`a ${value}`, [good]]));
    const text = renderServices(TEMPLATE, { ...names, web: [good, ...evil] });

    await assertValid(text);
    assert.equal(text, renderServices(TEMPLATE, { web: [good] }));
    // Another name of a group is the only thing that a key may bring.
    for (const value of HOSTILE) assert.doesNotMatch(renderServices(TEMPLATE, {}, { "/nagios/contact_group": value, "/nagios/plugins": value }), /evil|xxx|PATH/);
  });

  test("a Nagios that runs watches what is registered, and what is registered later", async () => {
    await using etcd = await startEtcd();
    const register = (id: string, port: number) => etcd.put(`/services/web/${id}`, JSON.stringify({ id, address: "127.0.0.1", port }));
    await register("a", etcd.port);
    await using app = await project({
      "data.yaml": "",
      "templates/remora.cfg.njk": await readFile(`${TEMPLATES}nagios/remora.cfg.njk`, "utf8"),
      "conf.d/app.toml": '[template]\nsrc = "remora.cfg.njk"\ndest = "$DIR/remora.cfg"\nreload_cmd = "! test -e $DIR/pid || kill -HUP $(cat $DIR/pid)"\n',
      "nagios.cfg": NAGIOS,
    });
    await using running = await app.start(["--backend", "etcd", "--etcd-endpoints", etcd.url]);
    await running.waitForLog("Reloaded");
    await mkdir(app.directory.join("results"));
    const nagios = spawn(requireProgram("nagios4"), [app.directory.join("nagios.cfg")], { stdio: "ignore" });
    try {
      // What Nagios itself says that it watches.
      const watched = async () => [...((await app.read("objects.cache")) ?? "").matchAll(/define service \{[^}]*service_description\s+(.*)/g)].map(([, name]) => name).sort();
      await eventually(async () => assert.deepEqual(await watched(), ["remora", `web ${etcd.port}`]));
      await app.write("pid", String(nagios.pid));
      await register("b", 81);
      await eventually(async () => assert.deepEqual(await watched(), ["remora", "web 81", `web ${etcd.port}`].sort()), { within: 10_000 });
      assert.equal(nagios.exitCode, null);
    } finally {
      await stopProcess(nagios);
    }
  });

  test("a wrong file is refused", async () => {
    assert.equal((await checked(`${renderServices(TEMPLATE, {})}define host { host_name evil }\n`)).code, 1);
  });
});

/** Nagios as a test runs it: everything in the test's own directory. */
const NAGIOS = `cfg_file=$DIR/remora.cfg
log_file=$DIR/nagios.log
object_cache_file=$DIR/objects.cache
precached_object_file=$DIR/objects.precache
status_file=$DIR/status.dat
state_retention_file=$DIR/retention.dat
lock_file=$DIR/nagios.lock
temp_file=$DIR/nagios.tmp
temp_path=$DIR
check_result_path=$DIR/results
command_file=$DIR/nagios.cmd
query_socket=$DIR/nagios.qh
check_external_commands=0
nagios_user=root
nagios_group=root
illegal_macro_output_chars=\`~$&|'"<>
`;

async function assertValid(text: string): Promise<void> {
  const { code, stdout } = await checked(text);
  assert.equal(code, 0, `${stdout}\n${text.slice(0, 5_000)}`);
}

async function checked(text: string) {
  await using stage = await tempDir();
  await stage.write("remora.cfg", text);
  return await runProgram([requireProgram("nagios4"), "-v", await stage.write("remora-check.cfg", renderTemplate("nagios/remora-check.cfg.njk", {}))]);
}

/** The values of a directive in all objects of one kind. */
function objects(text: string, kind: string, directive: string): string[] {
  return [...text.matchAll(new RegExp(`define ${kind} \\{\\n([^}]*)\\}`, "g"))].map(([, body = ""]) => new RegExp(`^ +${directive} (.*)$`, "m").exec(body)?.[1] ?? "");
}
