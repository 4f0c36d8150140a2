import type { DockerClient } from "../../../clients/docker/client.ts";
import { type Container, toContainer } from "../../../clients/docker/container.ts";
import { toAppError } from "../../../core/error.ts";
import { type Ip, isNowhere, toIp } from "../../../core/ip.ts";
import type { Logger } from "../../../core/ports.ts";
import { splitTags } from "./metadata.ts";

/** A container with what the flags of Registrator make of it. */
export interface ReadContainer extends Container {
  /** Of every instance, behind its own. */
  readonly addedTags: readonly string[];
  /** What stands in the label of --useIpFromLabel. */
  readonly labelAddress: Ip | undefined;
}

/** Makes the text of --tags of all that the engine says of a container, and tells what of it came to nothing. Throws TEMPLATE_FAILED, or the signal's reason. */
export type TagsTemplate = (answer: unknown, signal: AbortSignal) => Promise<{ readonly text: string; readonly problems: readonly string[] }>;

export interface ReaderOptions {
  /** "a,b", or what makes such a text for each container. */
  readonly tags: string | TagsTemplate;
  /** The label with the address of a container, as "10.0.0.5/24". */
  readonly useIpFromLabel?: string | undefined;
  readonly registratorCompat: boolean;
}

/** Reads containers; one whose tags cannot be made, or whose label holds no address, is there without them, and that is told once. */
export class ContainerReader {
  readonly #options: ReaderOptions;
  readonly #log: Logger;
  readonly #told = new Map<string, string>();

  constructor(options: ReaderOptions, log: Logger) {
    this.#options = options;
    this.#log = log;
  }

  /** Undefined when there is no such container. */
  async read(id: string, client: Pick<DockerClient, "inspect">, signal: AbortSignal): Promise<ReadContainer | undefined> {
    const answer = await client.inspect(id, signal);
    const container = answer === undefined ? undefined : toContainer(answer);
    if (container === undefined || container.state === "other") {
      this.#told.delete(id);
      return container && { ...container, addedTags: [], labelAddress: undefined };
    }
    const { addedTags, labelAddress, problems } = await this.#flagsOf(container, answer, signal);
    this.#tell(container, problems);
    return { ...container, addedTags, labelAddress };
  }

  async #flagsOf({ labels }: Container, answer: unknown, signal: AbortSignal): Promise<Pick<ReadContainer, "addedTags" | "labelAddress"> & { readonly problems: readonly string[] }> {
    const { tags, useIpFromLabel, registratorCompat } = this.#options;
    const { text, problems: lost } = typeof tags === "string" ? { text: tags, problems: [] } : await made(tags, answer, signal);
    const problems = [...lost];
    const label = useIpFromLabel === undefined ? undefined : labels[useIpFromLabel];
    const labelAddress = label === undefined ? undefined : toLabelAddress(label);
    if (label !== undefined && labelAddress === undefined) problems.push(`Label "${useIpFromLabel}" holds no address: "${label}"`);
    return { addedTags: splitTags(text, registratorCompat).map((tag) => tag.trim()).filter((tag) => tag !== ""), labelAddress, problems };
  }

  #tell({ id, name }: Container, problems: readonly string[]): void {
    const problem = problems.join("; ");
    if (problem !== "" && this.#told.get(id) !== problem) this.#log.warn("A container is registered without what a flag asks for", { container: name, error: problem });
    this.#told.set(id, problem);
  }
}

async function made(tags: TagsTemplate, answer: unknown, signal: AbortSignal): ReturnType<TagsTemplate> {
  try {
    return await tags(answer, signal);
  } catch (thrown) {
    signal.throwIfAborted();
    return { text: "", problems: [`Cannot make its tags: ${toAppError(thrown).message}`] };
  }
}

/** The address of "10.0.0.5/24". */
function toLabelAddress(text: string): Ip | undefined {
  const ip = toIp(text.trim().replace(/\/[^/]*$/, ""));
  return ip === undefined || isNowhere(ip) ? undefined : ip;
}
