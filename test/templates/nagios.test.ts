import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { runProgram } from "../support/process.ts";
import { requireProgram } from "../support/requires.ts";
import { tempDir } from "../support/temp.ts";
import { HOSTILE, type Registered, renderServices, renderTemplate } from "./rendering.ts";

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

  test("a wrong file is refused", async () => {
    assert.equal((await checked(`${renderServices(TEMPLATE, {})}define host { host_name evil }\n`)).code, 1);
  });
});

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
