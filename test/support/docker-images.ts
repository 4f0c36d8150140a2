import { spawn } from "node:child_process";
import { createReadStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { request } from "node:http";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { DockerEngine } from "./docker.ts";

/** What `docker build` would be told. */
export interface ImageBuild {
  /** The folder that is sent, without what its .dockerignore names. */
  readonly folder: string;
  /** Its name in the folder, "Dockerfile" unless given. */
  readonly dockerfile?: string;
  readonly args?: Readonly<Record<string, string>>;
  /** The stage to stop at. */
  readonly target?: string;
}

/** Makes an image of an archive of a root directory; changes are lines of a Dockerfile. */
export async function importImage(docker: DockerEngine, name: string, archive: string, changes: readonly string[] = []): Promise<void> {
  const [repo = "", tag = "latest"] = name.split(":");
  const query = new URLSearchParams([["fromSrc", "-"], ["repo", repo], ["tag", tag], ...changes.map((change): [string, string] => ["changes", change])]);
  await send(docker, `/images/create?${query}`, createReadStream(archive));
}

/** Builds an image by the engine's own builder; throws the end of what it said when it fails. */
export async function buildImage(docker: DockerEngine, name: string, { folder, dockerfile = "Dockerfile", args = {}, target = "" }: ImageBuild): Promise<void> {
  const ignored = (await readFile(join(folder, ".dockerignore"), "utf8").catch(() => "")).split("\n").filter((line) => line !== "" && line !== dockerfile);
  const tar = spawn("tar", ["-C", folder, ...ignored.map((path) => `--exclude=./${path}`), "-c", "."], { stdio: ["ignore", "pipe", "inherit"] });
  // Its layers last as long as the engine: what it keeps of steps before would only be deleted.
  const query = new URLSearchParams({ t: name, dockerfile, target, buildargs: JSON.stringify(args), rm: "1", forcerm: "1" });
  await send(docker, `/build?${query}`, tar.stdout);
}

/** The engine answers that all is well before it begins: what failed is one of the lines that follow. */
async function send(docker: DockerEngine, path: string, body: Readable): Promise<void> {
  const sent = request({ socketPath: docker.socketPath, method: "POST", path, headers: { "content-type": "application/x-tar" } });
  const answered = new Promise<string>((resolve, reject) => {
    sent.once("error", reject);
    sent.once("response", (response) => {
      const chunks: Buffer[] = [];
      const text = () => Buffer.concat(chunks).toString();
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.once("error", reject);
      response.once("end", () => (response.statusCode === 200 ? resolve(text()) : reject(new Error(`The engine answered ${path.split("?")[0]}: ${text()}`))));
    });
  });
  await pipeline(body, sent).catch(() => {});
  const said = await answered;
  if (/^\{"errorDetail"/m.test(said)) throw new Error(`The engine failed at ${path.split("?")[0]}:\n${said.slice(-3_000)}`);
}
