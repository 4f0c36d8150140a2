import { spawn } from "node:child_process";
import { cp } from "node:fs/promises";
import { userInfo } from "node:os";
import assert from "node:assert/strict";
import { eventually } from "./eventually.ts";
import { runProgram, stopProcess } from "./process.ts";
import { requireProgram } from "./requires.ts";
import type { TempDir } from "./temp.ts";

/** A MariaDB of the test's own; its root logs in by the socket alone. */
export interface Mariadb extends AsyncDisposable {
  readonly socket: string;
  /** Rows in lines, columns with tabs between. */
  sql(statements: string): Promise<string>;
}

const SMALL = ["--innodb-log-file-size=4M", "--innodb-buffer-pool-size=8M"];

/** Makes the folder of an empty database, for servers to begin with copies of it. */
export async function emptyDatabase(directory: TempDir): Promise<string> {
  const data = directory.join("empty");
  const { code, stdout, stderr } = await runProgram([requireProgram("mariadb-install-db"), "--no-defaults", `--datadir=${data}`, `--user=${userInfo().username}`, "--skip-test-db", "--skip-name-resolve", ...SMALL]);
  assert.equal(code, 0, `${stdout}\n${stderr}`);
  return data;
}

/** Starts one on a copy of the data; its first option may name a file of options. */
export async function startMariadb(name: string, { directory, data, options }: { readonly directory: TempDir; readonly data: string; readonly options: readonly [string, ...string[]] }): Promise<Mariadb> {
  const [own, socket] = [directory.join(name), directory.join(`${name}.socket`)];
  await cp(data, own, { recursive: true });
  const [first, ...others] = options;
  const server = spawn(requireProgram("mariadbd"), [first, `--user=${userInfo().username}`, `--datadir=${own}`, `--socket=${socket}`, `--pid-file=${own}.pid`, `--log-error=${own}.log`, "--bind-address=127.0.0.1", "--skip-name-resolve", ...SMALL, ...others], { stdio: "ignore" });
  const sql = async (statements: string) => {
    const { code, stdout, stderr } = await runProgram([requireProgram("mariadb"), "--no-defaults", "-S", socket, "-N", "-B", "-e", statements]);
    assert.equal(code, 0, stderr);
    return stdout.trim();
  };
  try {
    await eventually(() => sql("DO 0"), { within: 20_000, every: 100 });
  } catch (error) {
    await stopProcess(server, "SIGKILL");
    throw error;
  }
  return { socket, sql, [Symbol.asyncDispose]: () => stopProcess(server) };
}
