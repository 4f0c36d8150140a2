import assert from "node:assert/strict";
import { runProgram } from "../support/process.ts";
import { requireProgram } from "../support/requires.ts";
import { tempDir } from "../support/temp.ts";

/** Fails with what nginx says against a whole configuration. */
export async function assertValid(text: string): Promise<void> {
  const { code, stderr } = await testByNginx(text);
  assert.equal(code, 0, `${stderr}\n${text.slice(0, 5_000)}`);
}

/** "nginx -t" of a whole configuration, with all that is the machine's moved elsewhere. */
export async function testByNginx(text: string) {
  await using directory = await tempDir();
  // The rest of the machine, ports below 1024 included, is none of the test's business.
  const local = text.replaceAll('listen "80"', "listen unix:" + directory.join("socket")).replace("http {", `http {\n${temporaryPaths(directory.path)}`);
  const file = await directory.write("nginx.conf", local);
  return await runProgram([requireProgram("nginx"), "-t", "-p", directory.path, "-c", file, "-g", `pid ${directory.join("nginx.pid")};`]);
}

function temporaryPaths(directory: string): string {
  return ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((name) => `${name}_temp_path ${directory}/${name};`).join("\n");
}
