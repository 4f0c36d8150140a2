import assert from "node:assert/strict";
import { copyFile, cp, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { debianRoot } from "../support/debian-root.ts";
import { type DockerEngine, OVERLAY, startDocker } from "../support/docker.ts";
import { buildImage, importImage } from "../support/docker-images.ts";
import { eventually } from "../support/eventually.ts";
import { executable } from "../support/executable.ts";
import { runProgram } from "../support/process.ts";
import { type TempDir, tempDir } from "../support/temp.ts";

const ROOT = new URL("../..", import.meta.url).pathname;
const BUILDS_WITHIN_MS = 200_000;
let docker: DockerEngine;
let folder: TempDir;

before(
  async () => {
    await executable();
    [docker, folder] = await Promise.all([startDocker({ flags: OVERLAY }), buildBase()]);
    await importImage(docker, "test/debian", await debianRoot());
    await buildImage(docker, "test/build", { folder: folder.path });
    const args = { BUILD_BASE: "test/build", BASE: "test/debian", INSTALL: "true" };
    await buildImage(docker, "remora", { folder: ROOT, args });
    await buildImage(docker, "remora-file", { folder: ROOT, args, target: "file" });
  },
  { timeout: BUILDS_WITHIN_MS },
);

after(async () => {
  await docker?.[Symbol.asyncDispose]();
  await folder?.[Symbol.asyncDispose]();
});

test("The image runs the executable that was compiled in it, as a user who is not root, on a root that cannot be written to", async () => {
  const { code, log } = await runToEnd("version", { Cmd: ["version"], HostConfig: { ReadonlyRootfs: true } });
  assert.equal(code, 0, log);
  assert.match(log, /^remora \d+\.\d+\.\d+/m);
  const { Config } = (await docker.call("GET", "/images/remora/json")) as { Config: { User: string; Healthcheck: { Test: string[] } } };
  assert.equal(Config.User, "10001:10001");
  assert.deepEqual(Config.Healthcheck.Test, ["CMD", "/remora", "status", "--ready"]);
});

test("The image follows keys with nothing but its configuration mounted, writes where its user may, and is healthy once all is applied", async () => {
  await using app = await tempDir();
  await app.write("etc/data.yaml", "other: one\n");
  await app.write("etc/templates/app.njk", "{{ getv('/name') }}\n");
  await app.write("etc/conf.d/app.toml", '[template]\nsrc = "app.njk"\ndest = "/out/app.conf"\n');
  await runProgram(["chmod", "-R", "a+rX", app.path]);
  // Its own health check, asked more often.
  const Healthcheck = { Interval: 500_000_000, Timeout: 5_000_000_000, StartPeriod: 1_000_000, Retries: 1 };
  await docker.run("sidecar", { Image: "remora", Healthcheck, HostConfig: { ReadonlyRootfs: true, Binds: [`${app.path}/etc:/etc/remora:ro`], Tmpfs: { "/out": "uid=10001", "/var/lib/remora": "uid=10001" } } });
  const state = async () => ((await docker.call("GET", "/containers/sidecar/json")) as { State: { Pid: number; ExitCode: number; Health: { Status: string } } }).State;
  const health = async (expected: string) => eventually(async () => assert.equal((await state()).Health.Status, expected), { within: 20_000, every: 100 });
  const { Pid } = await state();
  await health("unhealthy");
  for (const name of ["one", "two"]) {
    await app.write("etc/data.yaml", `name: ${name}\n`);
    await eventually(async () => assert.equal((await docker.inside("cat", `/proc/${Pid}/root/out/app.conf`)).stdout, `${name}\n`));
  }
  await health("healthy");
  await docker.call("POST", "/containers/sidecar/stop?t=5");
  assert.equal((await state()).ExitCode, 0);
});

for (const image of ["remora", "remora-file"]) {
  test(`Another image copies the one file from "${image}", and renders with it as it is built`, { timeout: 60_000 }, async () => {
    await using other = await tempDir();
    await other.write("etc/templates/app.njk", "{{ getv('/greeting') }}\n");
    await other.write("etc/conf.d/app.toml", '[template]\nsrc = "app.njk"\ndest = "/app.conf"\n');
    const lines = [`FROM ${image} AS remora`, "FROM test/debian", "COPY --from=remora /remora /usr/local/bin/remora", "COPY etc /etc/remora", "ARG GREETING=hello", "RUN remora render --backend env --no-reload", 'CMD ["cat", "/app.conf"]'];
    await other.write("Dockerfile", lines.join("\n"));
    await buildImage(docker, `other-of-${image}`, { folder: other.path });
    assert.deepEqual(await runToEnd(`other-of-${image}`, { Image: `other-of-${image}` }), { code: 0, log: "hello\n" });
  });
}

test("examples/boot/image is built as its README says, and holds the rendered file without Remora", { timeout: 60_000 }, async () => {
  await buildImage(docker, "rendered", { folder: join(ROOT, "examples/boot/image"), args: { BASE: "test/debian" } });
  const Cmd = ["sh", "-c", "cat /etc/app/app.conf; ls -A /etc/app; command -v remora || echo without"];
  assert.deepEqual(await runToEnd("rendered", { Image: "rendered", Cmd }), { code: 0, log: "region = eu-west\nworkers = 4\napp.conf\nwithout\n" });
});

/** Node, the packages and Bun, as they lie here: nothing is fetched where an image is built. */
async function buildBase(): Promise<TempDir> {
  const base = await tempDir();
  await mkdir(base.join("remora"));
  await copyFile(process.execPath, base.join("node"));
  await cp(join(ROOT, "node_modules"), base.join("remora/node_modules"), { recursive: true, preserveTimestamps: true, verbatimSymlinks: true });
  await cp(join(ROOT, ".cache/bun"), base.join("remora/.cache/bun"), { recursive: true, filter: (path) => !path.includes("musl") && !path.includes(process.arch === "arm64" ? "x64" : "arm64") });
  await base.write("Dockerfile", "FROM test/debian\nCOPY node /usr/local/bin/node\nCOPY remora /remora\n");
  return base;
}

async function runToEnd(name: string, config: object): Promise<{ code: number; log: string }> {
  const id = await docker.run(name, { Image: "remora", ...config });
  const { StatusCode } = (await docker.call("POST", `/containers/${id}/wait`)) as { StatusCode: number };
  const log = (await docker.call("GET", `/containers/${id}/logs?stdout=1&stderr=1`)) as string;
  return { code: StatusCode, log: log.replace(/[\x00-\x02]\x00{3}[\s\S]{4}/g, "") };
}
