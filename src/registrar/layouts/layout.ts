import { AppError } from "../../core/error.ts";
import type { Instance } from "../../core/instance.ts";
import { type Key, ROOT, toKey } from "../../core/key.ts";

/** One key that an instance is published under. */
export interface LayoutEntry {
  readonly key: Key;
  readonly value: string;
}

/** Says under which keys an instance is published. Throws REGISTRATION_INVALID for one that it has no place for. */
export type Layout = (instance: Instance) => readonly LayoutEntry[];

/** What is configured; each layout says which of these it reads. */
export interface LayoutOptions {
  readonly layout: string;
  /** What all keys begin with. */
  readonly prefix?: string | undefined;
  /** host: names have several ports, each with a key of its own. */
  readonly severalPorts?: boolean | undefined;
  /** json: also what is critical or about to stop is published, with its health. */
  readonly health?: boolean | undefined;
  /** skydns2: the domain below which names are resolved. */
  readonly domain?: string | undefined;
  /** own: the key, with placeholders. */
  readonly key?: string | undefined;
  /** own: the value, with placeholders. */
  readonly value?: string | undefined;
}

export interface LayoutDefinition {
  readonly name: string;
  readonly summary: string;
  /** Throws CONFIG_INVALID. */
  open(options: LayoutOptions): Layout;
}

/** A key of these segments below a prefix. Throws REGISTRATION_INVALID when one of them cannot be a segment. */
export function keyBelow(prefix: string, instance: Instance, ...segments: readonly (readonly [what: string, text: string])[]): Key {
  for (const [what, text] of segments) checkSegment(instance, what, text);
  const base = toKey(prefix);
  return `${base === ROOT ? "" : base}/${segments.map(([, text]) => text).join("/")}` as Key;
}

function checkSegment(instance: Instance, what: string, text: string): void {
  const problem = segmentProblem(text);
  if (problem !== undefined) throw unfit(instance, `${what} ${problem}`);
}

/** Why a text cannot be a segment of a key: 'has a slash'. */
export function segmentProblem(text: string): string | undefined {
  if (text === "") return "is empty";
  if (text.includes("/")) return "has a slash";
  // Clients that speak HTTP would walk up.
  if (text === "." || text === "..") return `is "${text}"`;
  return /[\p{Cc}\p{Cs}]/u.test(text) ? "has a character that cannot be printed" : undefined;
}

/** The error of an instance that has no place, with the reason. */
export function unfit({ id, name }: Instance, reason: string, hint?: string): AppError {
  return new AppError("REGISTRATION_INVALID", `Cannot register "${id}" of "${name}": ${reason}`, { hint });
}
