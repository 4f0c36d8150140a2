import assert from "node:assert/strict";
import { test } from "node:test";
import { toContainer } from "../../../../src/clients/docker/container.ts";
import { Containers } from "../../../../src/registrar/sources/docker/containers.ts";
import type { ReadContainer } from "../../../../src/registrar/sources/docker/reader.ts";
import { realPorts } from "../../../support/ports.ts";

const RUNNING: ReadContainer = { ...toContainer({ Id: "1", Name: "/web", State: { Running: true } }), addedTags: [], labelAddress: undefined };

test("A container that ended while it was inspected is not there again for a moment by what it was before", async () => {
  const answers: ((container: ReadContainer | undefined) => void)[] = [];
  const seen: number[] = [];
  const inspect = () => new Promise<ReadContainer | undefined>((resolve) => answers.push(resolve));
  const containers: Containers = new Containers({ inspect, ports: realPorts(), onChange: () => seen.push(containers.all.size) });
  const { signal } = new AbortController();
  containers.took({ action: "start", id: "1", signal: undefined }, signal);
  containers.took({ action: "die", id: "1", signal: undefined }, signal);
  assert.equal(answers.length, 1, "one of a container at a time");
  answers[0]?.(RUNNING);
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual([answers.length, seen], [2, []]);
  answers[1]?.(undefined);
  await containers.settled();
  assert.deepEqual([containers.all.size, seen], [0, []]);
});
