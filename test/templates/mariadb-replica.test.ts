import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { eventually } from "../support/eventually.ts";
import { emptyDatabase, type Mariadb, startMariadb } from "../support/mariadb.ts";
import { freePort, runProgram } from "../support/process.ts";
import { project } from "../support/remora.ts";
import { requireProgram } from "../support/requires.ts";
import { tempDir } from "../support/temp.ts";
import { makeAuthority } from "../support/tls.ts";
import { HOSTILE, type Registered, renderServices, renderTemplate, TEMPLATES } from "./rendering.ts";

const FOLDER = `${TEMPLATES}mariadb-replica/`;
const MYSQL = [{ id: "a", address: "db.local", port: 3306 }, { id: "b", address: "2001:db8::1", port: 3307 }, { id: "c", address: "10.0.0.9", port: 3306 }];

describe("templates/mariadb-replica", () => {
  test("the first usable instance is the source, or a key while there is none", () => {
    assert.match(source({ mysql: MYSQL }), /MASTER_HOST = '2001:db8::1',\n {2}MASTER_PORT = 3307,\n {2}MASTER_USER = 'replica',\n {2}MASTER_PASSWORD = 'secret',/);
    assert.match(source({}, { "/mysql/source/host": "db.local" }), /MASTER_HOST = 'db\.local',\n {2}MASTER_PORT = 3306,/);
    assert.throws(() => renderServices("mariadb-replica/mariadb-source.sql.njk", { mysql: MYSQL }), { code: "TEMPLATE_MISSING_KEY", message: /\/mysql\/source\/password/ });
  });

  test("hostile values leave the shape of the statements alone", () => {
    const shape = shapeOf(source({ mysql: MYSQL })).replace("3307", "3306");
    for (const value of [...HOSTILE, "'; DROP DATABASE mysql; --", "\\'; DROP DATABASE mysql; --"]) {
      assert.equal(shapeOf(source({}, { "/mysql/source/host": value, "/mysql/source/user": value, "/mysql/source/password": value })), shape);
    }
  });

  test("the server reads its options as they are meant, hostile ones too, and refuses a wrong file", async () => {
    const plain = await optionsOf(options({ "/mysql/replica/server_id": "7", "/mysql/replica/report_host": "replica-7" }));
    assert.deepEqual([plain["server-id"], plain["report-host"], plain["read-only"], plain["gtid-strict-mode"]], ["7", "replica-7", "TRUE", "TRUE"]);
    for (const value of ['"; evil "', "10.0.0.9\nevil", "#", "' evil '"]) {
      assert.equal((await optionsOf(options({ "/mysql/replica/server_id": "7", "/mysql/replica/report_host": value })))["read-only"], "TRUE");
    }
    await assert.rejects(optionsOf(`${options({ "/mysql/replica/server_id": "7" })}evil = 1\n`), /unknown variable 'evil=1'/);
  });

  test("a replica follows its source as that moves, and loses no row", async () => {
    await using directory = await tempDir();
    await using authority = await makeAuthority();
    const [data, { certFile, keyFile }, ...ports] = await Promise.all([emptyDatabase(directory), authority.issue("mysql", ["IP:127.0.0.1"]), freePort(), freePort(), freePort()]);
    const sourceOptions = (id: number) => ["--no-defaults", `--server-id=${id}`, `--port=${ports[id - 1]}`, `--log-bin=binlog-${id}`, "--log-slave-updates", "--gtid-strict-mode", `--ssl-cert=${certFile}`, `--ssl-key=${keyFile}`] as const;
    await using app = await project({ "conf.d/app.toml": "", "templates/app.njk": "", ...unitsOf(directory.join("replica.socket")), "remora.toml": 'backend = "file"\nbackends.file.path = "data.json"\n' });
    const register = (port: number | undefined) =>
      app.write("data.json", JSON.stringify({ mysql: { source: { password: "it's secret" }, replica: { server_id: 3 } }, services: { mysql: { one: JSON.stringify({ id: "one", address: "127.0.0.1", port }) } } }));

    await register(ports[0]);
    await using _remora = await app.start();
    await eventually(async () => assert.match((await app.read("mysql/source.sql")) ?? "", /START REPLICA/));
    await using second = await startMariadb("second", { directory, data, options: sourceOptions(2) });
    {
      await using first = await startMariadb("first", { directory, data, options: sourceOptions(1) });
      await first.sql("CREATE USER replica@'127.0.0.1' IDENTIFIED BY \"it's secret\" REQUIRE SSL; GRANT REPLICATION SLAVE ON *.* TO replica@'127.0.0.1'; CREATE DATABASE shop; CREATE TABLE shop.fish (name TEXT); INSERT INTO shop.fish VALUES ('remora')");
      await second.sql((await app.read("mysql/source.sql")) ?? "");
      await rowsAre(second, "remora");
    }
    await using replica = await startMariadb("replica", { directory, data, options: [`--defaults-file=${app.directory.join("mysql/mariadb.conf.d/60-replica.cnf")}`, `--port=${ports[2]}`] });
    await second.sql("STOP REPLICA; INSERT INTO shop.fish VALUES ('shark')");
    await register(ports[1]);

    await rowsAre(replica, "remora\nshark");
    assert.equal(await replica.sql("SELECT @@server_id, @@read_only"), "3\t1");
  });
});

/** The units, with the folder of the project for the machine's, and the server's socket. */
function unitsOf(socket: string): Record<string, string> {
  const read = (file: string) => readFileSync(FOLDER + file, "utf8");
  const local = (text: string) => text.replaceAll("/etc/mysql", "$DIR/mysql").replaceAll(/\bmariadb (?=-e|<)/g, `mariadb --no-defaults -S ${socket} `).replace("mariadbd --", `${requireProgram("mariadbd")} --`).replace(/^reload_cmd = "systemctl.*$/m, "");
  const units = ["mariadb-replica.toml", "mariadb-replica-server.toml"].map((file) => [`conf.d/${file}`, local(read(file))]);
  return Object.fromEntries([...units, ...["mariadb-replica.cnf.njk", "mariadb-source.sql.njk"].map((file) => [`templates/${file}`, read(file)])]) as Record<string, string>;
}

async function rowsAre(server: Mariadb, wanted: string): Promise<void> {
  await eventually(async () => assert.equal(await server.sql("SELECT name FROM shop.fish ORDER BY name"), wanted, await server.sql("SHOW REPLICA STATUS")), { within: 20_000, every: 100 });
}

function source(services: Readonly<Record<string, readonly Registered[]>>, keys: Readonly<Record<string, string>> = {}): string {
  return renderServices("mariadb-replica/mariadb-source.sql.njk", services, { "/mysql/source/password": "secret", ...keys });
}

function options(keys: Readonly<Record<string, string>>): string {
  return renderTemplate("mariadb-replica/mariadb-replica.cnf.njk", keys);
}

/** What the server itself reads in a file of options. */
async function optionsOf(text: string): Promise<Readonly<Record<string, string>>> {
  await using directory = await tempDir();
  const { code, stdout, stderr } = await runProgram([requireProgram("mariadbd"), `--defaults-file=${await directory.write("replica.cnf", text)}`, "--help", "--verbose"]);
  if (code !== 0) throw new Error(stderr);
  return Object.fromEntries([...stdout.matchAll(/^([a-z][a-z-]+) +(.*)$/gm)].map(([, name, value]) => [name, value]));
}

/** The statements without the contents of strings. */
function shapeOf(text: string): string {
  return text.replace(/'(?:[^'\\]|\\[^]|'')*'/g, "''");
}
