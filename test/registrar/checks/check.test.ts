import assert from "node:assert/strict";
import { test } from "node:test";
import { AppError } from "../../../src/core/error.ts";
import { toProbe } from "../../../src/registrar/checks/check.ts";

function refused(text: string, message: RegExp, hint: RegExp): void {
  assert.throws(
    () => toProbe(text),
    (error: unknown) => error instanceof AppError && error.code === "CONFIG_INVALID" && message.test(error.message) && hint.test(error.hint ?? ""),
    text,
  );
}

test("A check is read from one text", () => {
  assert.deepEqual(toProbe("https://127.0.0.1:8443/health?deep=1"), { kind: "http", url: "https://127.0.0.1:8443/health?deep=1" });
  assert.deepEqual(toProbe("tcp:db.example:5432"), { kind: "tcp", host: "db.example", port: 5432 });
  assert.deepEqual(toProbe("tcp://[::1]:5432"), { kind: "tcp", host: "::1", port: 5432 });
  assert.deepEqual(toProbe("tcp:9200"), { kind: "tcp", host: "127.0.0.1", port: 9200 });
  assert.deepEqual(toProbe("command:test -f /run/ready && echo a:b"), { kind: "command", command: { kind: "shell", text: "test -f /run/ready && echo a:b" } });
});

test("A slip in a check is refused with what was meant", () => {
  refused("htpp://127.0.0.1/", /form/, /"http"/);
  refused("comand:true", /form/, /"command"/);
  refused("/bin/true", /form/, /command:TEXT/);
  refused("tcp:9200/", /host and a port/, /tcp:9200/);
  refused("tcp:localhost:http", /host and a port/, /./);
  refused("tcp:127.0.0.1:70000", /70000 is not a port/, /65535/);
  refused("command: ", /empty/, /./);
  refused("http:///health", /not a URL/, /./);
  refused("", /form/, /./);
});

test("A password in a check's URL is refused, and not told", () => {
  for (const text of ["http://admin:hunter2@127.0.0.1/", "http://admin:hunter2@"]) {
    assert.throws(() => toProbe(text), (error: unknown) => error instanceof AppError && /credentials/.test(error.message) && !/hunter2/.test(error.message + error.hint));
  }
});
