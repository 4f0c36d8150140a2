import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { HOSTILE, type Registered, renderServices, renderTemplate } from "./rendering.ts";

const MYSQL = [{ id: "a", address: "db.local", port: 3306 }, { id: "b", address: "2001:db8::1", port: 3307 }, { id: "c", address: "10.0.0.9", port: 3306 }];

describe("templates/mysql-replica", () => {
  test("the first usable instance is the source", () => {
    const text = source({ mysql: MYSQL });

    assert.match(text, /SOURCE_HOST = '2001:db8::1',\n {2}SOURCE_PORT = 3307,\n {2}SOURCE_USER = 'replica',\n {2}SOURCE_PASSWORD = 'secret',/);
    assert.match(text, /STOP REPLICA;\nCHANGE[^;]*;\nSTART REPLICA;\n$/);
  });

  test("while no instance is registered the source is a key", () => {
    assert.match(source({}, { "/mysql/source/host": "db.local" }), /SOURCE_HOST = 'db\.local',\n {2}SOURCE_PORT = 3306,/);
  });

  test("hostile values leave the shape of the statements alone", () => {
    const shape = shapeOf(source({ mysql: MYSQL })).replace("3307", "3306");
    for (const value of [...HOSTILE, "'; DROP DATABASE mysql; --", "\\'; DROP DATABASE mysql; --"]) {
      const text = source({}, { "/mysql/source/host": value, "/mysql/source/user": value, "/mysql/source/password": value });

      assert.equal(shapeOf(text), shape, text.slice(0, 1_000));
    }
  });

  test("the options of the server are one line each, whatever the keys are", () => {
    const lines = options({ "/mysql/replica/server_id": "7", "/mysql/replica/report_host": "replica-7" });
    assert.deepEqual(lines.slice(2, 4), ["server_id = 7", 'report_host = "replica-7"']);

    for (const value of HOSTILE.filter((one) => one.length < 3_000 && !one.includes("\0"))) {
      const found = options({ "/mysql/replica/server_id": value, "/mysql/replica/report_host": value });
      assert.deepEqual(found.map((line) => line.split(" = ")[0]), lines.map((line) => line.split(" = ")[0]));
      assert.match(found[3] ?? "", /^report_host = "(?:[^"\\]|\\.)*"$/);
    }
  });

  test("what MySQL would cut into two lines is refused", () => {
    assert.throws(() => options({ "/mysql/replica/server_id": "7", "/mysql/replica/report_host": "x".repeat(10_000) }), /longer than the 3000 bytes/);
  });

  test("a missing password and a missing number are named", () => {
    assert.throws(() => renderServices("mysql-replica/source.sql.njk", { mysql: MYSQL }), { code: "TEMPLATE_MISSING_KEY", message: /\/mysql\/source\/password/ });
    assert.throws(() => options({}), { code: "TEMPLATE_MISSING_KEY", message: /\/mysql\/replica\/server_id/ });
  });
});

function source(services: Readonly<Record<string, readonly Registered[]>>, keys: Readonly<Record<string, string>> = {}): string {
  return renderServices("mysql-replica/source.sql.njk", services, { "/mysql/source/password": "secret", ...keys });
}

function options(keys: Readonly<Record<string, string>>): string[] {
  return renderTemplate("mysql-replica/replica.cnf.njk", keys).split("\n");
}

/** The statements without the contents of strings. */
function shapeOf(text: string): string {
  return text.replace(/'(?:[^'\\]|\\[^]|'')*'/g, "''");
}
