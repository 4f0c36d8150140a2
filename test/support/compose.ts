import { copyFile } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { debianRoot } from "./debian-root.ts";
import { type DockerEngine, OVERLAY, startDocker } from "./docker.ts";
import { buildImage, importImage } from "./docker-images.ts";
import { executable } from "./executable.ts";
import { runProgram } from "./process.ts";
import { requireProgram } from "./requires.ts";
import { tempDir } from "./temp.ts";

/** A container of a compose file. */
export interface Container {
  readonly id: string;
  readonly service: string;
  readonly address: string;
  /** As its health check says. */
  readonly healthy: boolean;
}

/** A compose file on an engine. */
export interface Composed {
  /** Runs docker-compose with it; throws what it complained of. */
  compose(...args: string[]): Promise<string>;
  /** Those that run. */
  containers(service?: string): Promise<Container[]>;
}

/** An engine with two images: "remora", which is the one file, and "test/debian", which has etcd, nginx and Python. */
export async function engineWithRemora(): Promise<DockerEngine> {
  const [program, root] = [await executable(), await debianRoot()];
  await using folder = await tempDir();
  const docker = await startDocker({ flags: OVERLAY });
  try {
    await importImage(docker, "test/debian", root);
    await copyFile(program, folder.join("remora"));
    await folder.write("Dockerfile", "FROM scratch\nCOPY remora /remora\n");
    await buildImage(docker, "remora", { folder: folder.path });
    return docker;
  } catch (error) {
    await docker[Symbol.asyncDispose]();
    throw error;
  }
}

/** Starts nothing by itself. The examples' etcd is Debian's. */
export function composeOn(docker: DockerEngine, file: string): Composed {
  const env = { ...process.env, DOCKER_HOST: docker.host, ETCD_IMAGE: "test/debian", COMPOSE_PROJECT_NAME: basename(dirname(file)) };
  return {
    async compose(...args) {
      const { code, stdout, stderr } = await runProgram([requireProgram("docker-compose"), "-f", file, ...args], { env });
      if (code !== 0) throw new Error(`docker-compose ${args.join(" ")}: ${stderr.slice(-2_000)}`);
      return stdout;
    },
    async containers(service) {
      const rows = JSON.parse((await docker.call("GET", "/containers/json")) as string) as { Id: string; Status: string; Labels: Record<string, string>; NetworkSettings: { Networks: Record<string, { IPAddress: string }> } }[];
      const all = rows.map(({ Id, Status, Labels, NetworkSettings }) => ({ id: Id, service: Labels["com.docker.compose.service"] ?? "", address: Object.values(NetworkSettings.Networks)[0]?.IPAddress ?? "", healthy: Status.includes("(healthy)") }));
      return all.filter((each) => service === undefined || each.service === service);
    },
  };
}
