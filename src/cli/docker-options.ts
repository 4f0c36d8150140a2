import type { Settings } from "../core/configuration.ts";
import { AppError, reason } from "../core/error.ts";
import type { Ports } from "../core/ports.ts";
import type { Source } from "../core/source.ts";
import { registryPlace } from "../engine/open-registry.ts";
import { dockerSource } from "../registrar/sources/docker.ts";
import type { TagsTemplate } from "../registrar/sources/docker/reader.ts";
import type { Invocation } from "./command.ts";
import { DOCKER_FLAGS } from "./register-flags.ts";

const SOCKET = "unix:///var/run/docker.sock";

/** The containers of this host, when --docker asks for them. Throws USAGE for flags that contradict each other, or a template of tags that is none. */
export async function dockerSourceOf({ flags, outside }: Invocation, settings: Settings, ports: Ports): Promise<Source | undefined> {
  if (flags.docker !== true) {
    const lost = DOCKER_FLAGS.find(({ flag }) => flags[flag] !== undefined);
    if (lost !== undefined) throw new AppError("USAGE", `Cannot take --${lost.flag} without --docker`);
    return undefined;
  }
  const { paused = "drain" } = flags;
  if (paused !== "drain" && paused !== "absent") throw new AppError("USAGE", `Cannot take --paused "${String(paused)}"`, { hint: "It is drain or absent" });
  return dockerSource(
    {
      host: engineOf({ flags, outside }),
      certPath: outside.env["DOCKER_TLS_VERIFY"] ? outside.env["DOCKER_CERT_PATH"] : undefined,
      hostname: outside.env["HOSTNAME"] || outside.hostname,
      explicit: flags.explicit === true,
      internal: flags.internal === true,
      ip: text(flags.ip),
      tags: await tagsOf(text(flags.tags) ?? "", ports),
      useIpFromLabel: text(flags.useIpFromLabel),
      addresses: Array.isArray(flags.address) ? (flags.address as readonly string[]) : [],
      families: settings.registrar.families,
      paused,
      registratorCompat: flags["registrator-compat"] === true,
      interval: settings.registrar.interval,
      env: outside.env,
      registry: registryPlace(settings),
    },
    ports,
  );
}

/** The address of the engine that --docker follows. */
export function engineOf({ flags, outside }: Pick<Invocation, "flags" | "outside">): string {
  return text(flags.host) ?? (outside.env["DOCKER_HOST"] || SOCKET);
}

/** As they are written, or what makes them for each container where they are a template. */
async function tagsOf(text: string, { clock }: Ports): Promise<string | TagsTemplate> {
  if (!text.includes("{{")) return text;
  const { tagsTemplate } = await import("../gotemplate/registrator/index.ts");
  try {
    return await tagsTemplate(text, clock);
  } catch (thrown) {
    throw new AppError("USAGE", `Cannot take --tags: ${reason(thrown)}`, { hint: "What a template may call is in docs/registrar.md", cause: thrown });
  }
}

function text(value: Invocation["flags"][string]): string | undefined {
  return typeof value === "string" ? value : undefined;
}
