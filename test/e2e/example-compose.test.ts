import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { composeOn, engineWithRemora } from "../support/compose.ts";
import { buildImage } from "../support/docker-images.ts";
import { eventually } from "../support/eventually.ts";
import { requireProgram } from "../support/requires.ts";

const EXAMPLE = new URL("../../examples/compose", import.meta.url).pathname;
const SLOW = { within: 30_000, every: 200 };
const ASKED = 20;

test("The example for Docker Compose: a proxy asks three servers, then five, and all say what a key has them say", { timeout: 150_000 }, async () => {
  await using docker = await engineWithRemora();
  await buildImage(docker, "remora-compose-example", { folder: EXAMPLE, args: { BASE: "test/debian" } });
  const { compose, containers } = composeOn(docker, join(EXAMPLE, "compose.yaml"));
  const addressOf = async (service: string) => (await containers(service))[0]?.address ?? "";
  const answers = async () => {
    const script = `Promise.all(Array.from({ length: ${ASKED} }, () => fetch("http://${await addressOf("proxy")}/").then((answer) => answer.text()))).then((all) => console.log(JSON.stringify(all)))`;
    return new Set(JSON.parse((await docker.inside(process.execPath, "-e", script)).stdout) as string[]);
  };
  const saidBy = (greeting: string, servers: number) =>
    eventually(async () => {
      const said = await answers();
      assert.equal(said.size, servers, [...said].join(""));
      for (const line of said) assert.match(line, new RegExp(`^${greeting} from [0-9a-f]{12}\n$`));
    }, SLOW);

  await compose("up", "-d", "--no-build");
  await saidBy("Hello", 3);
  await compose("up", "-d", "--no-build", "--no-recreate", "--scale", "web=5");
  await saidBy("Hello", 5);
  const { code, stderr } = await docker.inside("env", "ETCDCTL_API=3", requireProgram("etcdctl"), `--endpoints=http://${await addressOf("etcd")}:2379`, "put", "/web/greeting", "Hi");
  assert.equal(code, 0, stderr);
  await saidBy("Hi", 5);
  await eventually(async () => assert.equal((await containers()).filter(({ healthy }) => healthy).length, 6), SLOW);
});
