import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { eventually } from "../support/eventually.ts";
import { freePort, runProgram, stopProcess } from "../support/process.ts";
import { project } from "../support/remora.ts";
import { requireProgram } from "../support/requires.ts";
import { HOSTILE, type Registered, renderServices, TEMPLATES } from "./rendering.ts";
import { answering, asked } from "./web.ts";

const FOLDER = `${TEMPLATES}haproxy/`;
const [TEMPLATE, PARENT] = ["haproxy-slots.cfg.njk", "haproxy.cfg.njk"];
const instance = (n: number, port = 80): Registered => ({ id: `${n}`, address: `10.0.0.${n}`, port, meta: { domain: "shop.example.com" } });

describe("templates/haproxy with slots", () => {
  test("there is a slot for each usable instance, and more", () => {
    const slots = (web: readonly Registered[]) => renderServices(`haproxy/${TEMPLATE}`, { web }).match(/^ {4}server .*/gm) ?? [];
    const evil = HOSTILE.filter((value) => value !== "10.0.0.9").map((value, n): Registered => ({ id: `evil ${n}`, address: value, port: 80 }));

    assert.deepEqual(slots([instance(1), ...evil]).slice(0, 2), ["    server s0 10.0.0.1:80 check", "    server s1 127.0.0.1:9 check disabled"]);
    assert.deepEqual([1, 9, 10, 11].map((count) => slots(Array.from({ length: count }, (_, n) => instance(n + 1))).length), [10, 10, 20, 20]);
  });

  test("an address that changes reaches the running HAProxy without a new worker, and a new domain by a reload", async () => {
    await using first = await answering("first");
    await using second = await answering("second");
    const port = await freePort();
    const haproxy = requireProgram("haproxy");
    const unit = readFileSync(`${FOLDER}haproxy-slots.toml`, "utf8").replaceAll("/etc/haproxy/", "$DIR/").replaceAll("/run/haproxy/", "$DIR/").replaceAll("/run/haproxy.pid", "$DIR/pid").replace('"haproxy -c', `"${haproxy} -c`).replaceAll("socat -", `${requireProgram("socat")} -`);
    await using app = await project({ "conf.d/app.toml": "", "templates/app.njk": "", "conf.d/haproxy-slots.toml": unit, ...Object.fromEntries([TEMPLATE, PARENT].map((file) => [`templates/${file}`, readFileSync(FOLDER + file, "utf8")])), "remora.toml": 'backend = "file"\nbackends.file.path = "data.json"\n' });
    const [socket, file] = [app.directory.join("admin.sock"), app.directory.join("haproxy.cfg")];
    const apply = async (domain: string, ...at: readonly number[]) => {
      const web = Object.fromEntries(at.map((one, n) => [`${n}`, JSON.stringify({ id: `${n}`, address: "127.0.0.1", port: one, attributes: { domain } })]));
      await app.write("data.json", JSON.stringify({ haproxy: { bind: `127.0.0.1:${port}`, socket }, services: { web } }));
      const { code, stderr } = await app.remora(["render"]);
      assert.equal(code, 0, stderr);
    };
    const worker = async () => /^Pid: (\d+)$/m.exec((await runProgram([requireProgram("socat"), "-", `UNIX-CONNECT:${socket}`], { input: "show info\n" })).stdout)?.[1];

    await apply("shop.example.com", first.port);
    const running = spawn(haproxy, ["-W", "-f", file, "-p", app.directory.join("pid")], { stdio: "ignore" });
    try {
      await eventually(async () => assert.equal(await asked(port, "shop.example.com"), "200 first"), { within: 20_000 });
      await apply("shop.example.com,www.example.com", first.port);
      await eventually(async () => assert.equal(await asked(port, "www.example.com"), "200 first"), { within: 20_000 });
      const before = await worker();

      await apply("shop.example.com,www.example.com", second.port);
      assert.equal(await asked(port, "www.example.com"), "200 second");
      await apply("shop.example.com,www.example.com", first.port, second.port);
      assert.deepEqual(new Set([await asked(port, "www.example.com"), await asked(port, "www.example.com")]), new Set(["200 first", "200 second"]));
      await apply("shop.example.com,www.example.com", first.port);
      assert.deepEqual(new Set([await asked(port, "www.example.com"), await asked(port, "www.example.com")]), new Set(["200 first"]));
      assert.ok(before !== undefined && before === (await worker()), "the worker is the one that it was");
    } finally {
      await stopProcess(running);
    }
  });
});
