import { join } from "node:path";
import type { TestContext } from "node:test";
import type { HttpListener } from "../../src/core/http.ts";
import type { ListenAddress } from "../../src/core/listen-address.ts";
import { createMask, type PrintMask } from "../../src/log/mask.ts";
import { Recorder } from "../../src/observe/recorder.ts";
import { type RoutesOptions, statusHandler } from "../../src/observe/routes.ts";
import { unifiedDiff } from "../../src/output/diff.ts";
import { systemClock } from "../../src/platform/clock.ts";
import { serveHttp } from "../../src/platform/http-server.ts";
import { processUsage } from "../../src/platform/process-usage.ts";
import { tempDir } from "../support/temp.ts";

const { buildPage } = (await import(new URL("../../scripts/page.mjs", import.meta.url).href)) as { readonly buildPage: () => Promise<string> };

export interface Served {
  readonly recorder: Recorder;
  readonly mask: PrintMask;
  readonly listener: HttpListener;
  readonly path: string;
  /** Where it takes connections over TCP. */
  readonly port: number;
  readonly reloads: () => number;
}

/** Serves the status of a recorder on a socket, or where it is said, until the test is over. */
export async function served(t: TestContext, { at, ...options }: Partial<RoutesOptions> & { readonly at?: ListenAddress } = {}): Promise<Served> {
  const directory = await tempDir();
  const path = join(directory.path, "remora.sock");
  const mask = createMask();
  const recorder = newRecorder();
  let reloads = 0;
  const reload = () => void (reloads += 1);
  const handler = statusHandler({ recorder, clock: systemClock, cover: mask.cover, readToken: undefined, reload: () => reload() ?? undefined, usage: processUsage, diff: async (file) => unifiedDiff(file, { colour: false }), page: buildPage, ...options });
  const listener = await serveHttp(at ?? { kind: "unix", path }, handler);
  t.after(async () => {
    await listener[Symbol.asyncDispose]();
    await directory[Symbol.asyncDispose]();
  });
  return { recorder, mask, listener, path, port: listener.address.kind === "tcp" ? listener.address.port : 0, reloads: () => reloads };
}

export function newRecorder(clock: { now(): number } = systemClock): Recorder {
  return new Recorder({ clock, remora: { version: "1.2.3", command: "run", pid: 1 } });
}

export const LOOPBACK: ListenAddress = { kind: "tcp", host: "127.0.0.1", port: 0 };
