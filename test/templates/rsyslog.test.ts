import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createServer } from "node:net";
import { describe, test } from "node:test";
import { eventually } from "../support/eventually.ts";
import { freePort, runProgram, stopProcess } from "../support/process.ts";
import { requireProgram } from "../support/requires.ts";
import { tempDir } from "../support/temp.ts";
import { HOSTILE, renderServices } from "./rendering.ts";

const TEMPLATE = "rsyslog/rsyslog.conf.njk";

describe("templates/rsyslog", () => {
  test("a configuration without an instance is valid", async () => {
    await assertValid(renderServices(TEMPLATE, {}));
  });

  test("the first instance that can be used gets everything", async () => {
    const text = renderServices(TEMPLATE, {
      syslog: [{ id: "a", address: "log.local", port: 514 }, { id: "b", address: "2001:db8::1", port: 514 }, { id: "c", address: "10.0.0.9", port: 514 }],
    });

    await assertValid(text);
    assert.deepEqual(text.match(/target=.*/g), ['target="2001:db8::1" port="514" protocol="tcp"']);
  });

  test("service and protocol are keys", async () => {
    const text = renderServices(TEMPLATE, { logs: [{ id: "a", address: "10.0.0.9", port: 1514 }] }, { "/rsyslog/service": "logs", "/rsyslog/protocol": "udp" });

    await assertValid(text);
    assert.match(text, /target="10\.0\.0\.9" port="1514" protocol="udp"/);
  });

  test("hostile values are left out", async () => {
    const syslog = HOSTILE.filter((value) => value !== "10.0.0.9").map((value, n) => ({ id: `${n}`, address: value, port: 514 }));
    const good = { id: "good", address: "10.0.0.5", port: 514 };
    for (const value of HOSTILE) assert.equal(renderServices(TEMPLATE, { syslog: [...syslog, good] }, { "/rsyslog/protocol": value }), renderServices(TEMPLATE, { syslog: [good] }));
  });

  test("a wrong file is refused", async () => {
    assert.equal((await checked('action(type="omfwd" evil="1")\n')).code, 1);
  });

  test("rsyslog sends to the instance", async () => {
    await using directory = await tempDir();
    const received: string[] = [];
    const server = createServer((socket) => void socket.on("data", (chunk) => received.push(String(chunk))).on("error", () => {}));
    const port = await freePort();
    await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
    const input = `module(load="imuxsock" SysSock.Use="off")\ninput(type="imuxsock" Socket="${directory.join("log")}")\n`;
    const file = await directory.write("rsyslog.conf", input + renderServices(TEMPLATE, { syslog: [{ id: "a", address: "127.0.0.1", port }] }));
    const rsyslog = spawn(requireProgram("rsyslogd"), ["-n", "-f", file, "-i", directory.join("pid")], { stdio: "ignore" });
    try {
      await eventually(async () => {
        await runProgram(["logger", "--socket", directory.join("log"), "It arrived"]);
        assert.match(received.join(""), /It arrived/);
      }, { within: 20_000, every: 100 });
    } finally {
      await stopProcess(rsyslog, "SIGKILL");
      server.close();
    }
  });
});

async function assertValid(text: string): Promise<void> {
  const { code, stderr } = await checked(text);
  assert.equal(code, 0, `${stderr}\n${text}`);
}

async function checked(text: string) {
  await using directory = await tempDir();
  const file = await directory.write("rsyslog.conf", text);
  return await runProgram([requireProgram("rsyslogd"), "-N1", "-f", file]);
}
