import assert from "node:assert/strict";
import { join } from "node:path";
import { type Composed, composeOn, type Container, engineWithRemora } from "./compose.ts";
import type { DockerEngine } from "./docker.ts";
import { buildImage } from "./docker-images.ts";
import { eventually } from "./eventually.ts";
import { requireProgram } from "./requires.ts";

const EXAMPLE = new URL("../../examples/elk", import.meta.url).pathname;

/** What the test-script container saw since it was last told to begin anew. */
export interface Counts {
  readonly good: number;
  /** Answers by ADDRESS:PORT of the app. */
  readonly apps: Readonly<Record<string, number>>;
  /** Times in seconds. */
  readonly failures: readonly { readonly upstream: string | null; readonly problem: string; readonly began: number; readonly ended: number }[];
}

/** The cluster of examples/elk on an engine of its own. */
export interface Elk extends Composed, AsyncDisposable {
  readonly docker: DockerEngine;
  etcdctl(...args: string[]): Promise<string>;
  counts(): Promise<Counts>;
  /** Has the test-script begin anew, and answers what it had counted. */
  reset(): Promise<Counts>;
  /** Waits for so many more requests, and answers all counts. */
  after(requests: number): Promise<Counts>;
  /** How many events Elasticsearch has. */
  events(): Promise<number>;
  /** The text of a file in a container. */
  read(container: Container, path: string): Promise<string>;
}

/** Builds the images and starts nothing yet. */
export async function prepareElk(): Promise<Elk> {
  const docker = await engineWithRemora();
  try {
    await buildImage(docker, "remora-elk", { folder: EXAMPLE, args: { BASE: "test/debian" } });
  } catch (error) {
    await docker[Symbol.asyncDispose]();
    throw error;
  }
  return clusterOn(docker);
}

function clusterOn(docker: DockerEngine): Elk {
  const composed = composeOn(docker, join(EXAMPLE, "compose.yaml"));
  const addressOf = async (service: string) => {
    const [container] = await composed.containers(service);
    assert.ok(container, `No container of "${service}" runs`);
    return container.address;
  };
  const inside = async (...argv: [string, ...string[]]) => {
    const { code, stdout, stderr } = await docker.inside(...argv);
    if (code !== 0) throw new Error(`${argv.slice(0, 3).join(" ")}: ${stderr}`);
    return stdout;
  };
  const ask = async (url: string, method = "GET") => JSON.parse(await inside(process.execPath, "-e", `fetch(${JSON.stringify(url)}, { method: "${method}" }).then((answer) => answer.text()).then(console.log)`)) as unknown;
  const script = async (method: string) => (await ask(`http://${await addressOf("test-script")}:8080/`, method)) as Counts;
  const counts = () => script("GET");
  return {
    ...composed,
    docker,
    counts,
    async reset() {
      const before = await counts();
      await script("POST");
      return before;
    },
    async after(requests) {
      const { good } = await counts();
      return eventually(
        async () => {
          const now = await counts();
          assert.ok(now.good >= good + requests, `${now.good - good} of ${requests} requests: ${JSON.stringify(now)}`);
          return now;
        },
        { within: 30_000, every: 200 },
      );
    },
    etcdctl: async (...args) => (await inside("env", "ETCDCTL_API=3", requireProgram("etcdctl"), `--endpoints=http://${await addressOf("etcd")}:2379`, ...args)).trim(),
    events: async () => ((await ask(`http://${await addressOf("elasticsearch")}:9200/_count`)) as { count: number }).count,
    async read({ id }, path) {
      const { State } = (await docker.call("GET", `/containers/${id}/json`)) as { State: { Pid: number } };
      return inside("cat", `/proc/${State.Pid}/root${path}`);
    },
    [Symbol.asyncDispose]: () => docker[Symbol.asyncDispose](),
  };
}
