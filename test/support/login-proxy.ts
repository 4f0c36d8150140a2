import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { eventually } from "./eventually.ts";
import { freePort, stopProcess } from "./process.ts";
import { requireProgram } from "./requires.ts";
import { tempDir } from "./temp.ts";

/** nginx before another server, which wants one user and password. */
export interface LoginProxy extends AsyncDisposable {
  readonly url: string;
}

export async function startLoginProxy(upstream: string, login: { readonly username: string; readonly password: string }): Promise<LoginProxy> {
  const directory = await tempDir();
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  await directory.write("users", `${login.username}:{PLAIN}${login.password}\n`);
  const config = await directory.write("nginx.conf", configuration(directory.path, port, upstream));
  const nginx = spawn(requireProgram("nginx"), ["-c", config], { stdio: "inherit" });
  await eventually(async () => assert.equal((await fetch(url)).status, 401));
  return {
    url,
    async [Symbol.asyncDispose]() {
      await stopProcess(nginx);
      await directory[Symbol.asyncDispose]();
    },
  };
}

function configuration(directory: string, port: number, upstream: string): string {
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((name) => `${name}_temp_path ${directory}/${name};`).join(" ");
  return `user root; daemon off; pid ${directory}/pid; error_log ${directory}/error.log; events {}
http { access_log off; ${temporary}
  server { listen 127.0.0.1:${port}; auth_basic "a login"; auth_basic_user_file ${directory}/users; location / { proxy_pass ${upstream}; proxy_read_timeout 70s; } }
}
`;
}
