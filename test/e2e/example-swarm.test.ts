import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { engineWithRemora } from "../support/compose.ts";
import { buildImage } from "../support/docker-images.ts";
import { eventually } from "../support/eventually.ts";
import { runProgram } from "../support/process.ts";
import { requireProgram } from "../support/requires.ts";

const EXAMPLES = new URL("../../examples", import.meta.url).pathname;
/** An address for the node: the network of the engine has none but loopback. */
const NODE = "192.168.99.1";
const ASKING_MS = 12_000;

/** Asks as fast as it is answered for so long, and prints what it got and how often. */
const CLIENT = `
const counts = {}, until = Date.now() + Number(process.argv[1]);
do {
  const said = await fetch("http://${NODE}:8080/", { signal: AbortSignal.timeout(5_000) }).then(async (answer) => (answer.ok ? await answer.text() : "status " + answer.status), String);
  counts[said] = (counts[said] ?? 0) + 1;
  await new Promise((resolve) => setTimeout(resolve, 20));
} while (Date.now() < until);
console.log(JSON.stringify(counts));`;

test("The example for Docker Swarm: the proxy asks all tasks of the stack, and no request fails while it is scaled down", { timeout: 150_000 }, async (t) => {
  await using docker = await engineWithRemora();
  await buildImage(docker, "remora-compose-example", { folder: join(EXAMPLES, "compose"), args: { BASE: "test/debian" } });
  for (const words of ["link add node type veth peer name other", "link set other up", `addr add ${NODE}/24 dev node`, "link set node up"]) await docker.inside("ip", ...words.split(" "));
  const command = async (...args: string[]) => {
    const { code, stderr } = await runProgram([requireProgram("docker"), ...args], { env: { ...process.env, DOCKER_HOST: docker.host, ETCD_IMAGE: "test/debian" } });
    assert.equal(code, 0, `docker ${args.join(" ")}: ${stderr}`);
  };
  const ask = async (ms: number) => JSON.parse((await docker.inside(process.execPath, "--input-type=module", "-e", CLIENT, String(ms))).stdout) as Record<string, number>;

  await command("swarm", "init", "--advertise-addr", NODE);
  await command("stack", "deploy", "-c", join(EXAMPLES, "swarm/stack.yaml"), "--resolve-image", "never", "web");
  await eventually(
    async () => {
      const said = Object.keys(await ask(500));
      assert.equal(said.length, 3, said.join());
      for (const line of said) assert.match(line, /^Hello from [0-9a-f]{12}\n$/);
    },
    { within: 60_000, every: 500 },
  );

  const asking = ask(ASKING_MS);
  await command("service", "scale", "--detach", "web_web=1");
  const counts = await asking;
  t.diagnostic(JSON.stringify(counts));
  assert.deepEqual(Object.keys(counts).filter((line) => !line.startsWith("Hello from ")), []);
  await eventually(async () => assert.equal(Object.keys(await ask(500)).length, 1), { within: 20_000 });
});
