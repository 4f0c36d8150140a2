import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { request } from "node:http";
import { describe, test } from "node:test";
import { eventually } from "../../support/eventually.ts";
import { runProgram, stopProcess } from "../../support/process.ts";
import { requireProgram } from "../../support/requires.ts";
import { tempDir } from "../../support/temp.ts";
import { quote, samples } from "./quoting.ts";

describe("what a filter wrote is read back as it was by the program itself", () => {
  test("quoteShell by /bin/sh", async () => {
    const values = samples();
    const script = values.map((value) => `value=${quote("quoteShell", value)}\nprintf '%s\\0' "$value" ${quote("quoteShell", value)}\n`).join("");
    const { code, stdout } = await runProgram(["/bin/sh", "-eu"], { input: script });

    assert.equal(code, 0);
    assert.deepEqual(stdout.split("\0").slice(0, -1), values.flatMap((value) => [value, value]));
  });

  test("quoteNginx by nginx", async () => {
    await using directory = await tempDir();
    const values = samples().filter((value) => value !== "");
    const locations = values.map((value, n) => `location = /${n} { return 200 ${quote("quoteNginx", value, "dollar")}; }`);
    const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((name) => `${name}_temp_path ${directory.path};`).join(" ");
    const file = await directory.write("nginx.conf", `events {}\nhttp {\n${temporary}\naccess_log off;\ngeo $dollar { default "$"; }\nserver {\nlisten unix:${directory.join("socket")};\n${locations.join("\n")}\n}\n}\n`);

    const argv = [requireProgram("nginx"), "-p", directory.path, "-c", file, "-e", directory.join("error.log"), "-g", `daemon off; master_process off; pid ${directory.join("pid")};`] as const;
    assert.deepEqual(await answers(argv, directory.join("socket"), values.length), values);
  });

  for (const [what, format, action] of [["", undefined, "string"], [" in a log format", "log-format", "lf-string"]] as const) {
    test(`quoteHaproxy by HAProxy${what}`, async () => {
      await using directory = await tempDir();
      const values = samples().filter((value) => value !== "");
      const rules = values.map((value, n) => `  http-request return status 200 content-type text/plain ${action} ${quote("quoteHaproxy", value, format)} if { path /${n} }`);
      const file = await directory.write("haproxy.cfg", `defaults\n  mode http\n  timeout client 5s\n  timeout server 5s\n  timeout connect 5s\nfrontend f\n  bind ${directory.join("socket")}\n${rules.join("\n")}\n`);

      assert.deepEqual(await answers([requireProgram("haproxy"), "-db", "-f", file], directory.join("socket"), values.length), values);
    });
  }
});

/** What a server answers for /0, /1 and so on. */
async function answers([program, ...args]: readonly [string, ...string[]], socketPath: string, count: number): Promise<string[]> {
  const server = spawn(program, args, { stdio: "inherit" });
  try {
    await eventually(() => answer(socketPath, "/0"), { within: 20_000 });
    return await Promise.all(Array.from({ length: count }, (_, n) => answer(socketPath, `/${n}`)));
  } finally {
    await stopProcess(server);
  }
}

function answer(socketPath: string, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const sent = request({ socketPath, path }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () => resolve(Buffer.concat(chunks).toString()));
    });
    sent.once("error", reject);
    sent.end();
  });
}
