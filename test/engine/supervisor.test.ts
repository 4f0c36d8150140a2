import assert from "node:assert/strict";
import { test } from "node:test";
import { loadSettings } from "../../src/config/load.ts";
import { Supervisor } from "../../src/engine/supervisor.ts";
import { realPorts } from "../support/ports.ts";
import { tempDir } from "../support/temp.ts";

test("A change of the environment while the app is being started is not taken for one that it has: it is restarted", async () => {
  await using dir = await tempDir();
  const ports = realPorts();
  const { settings } = await loadSettings({ files: ports.files, confdir: dir.path, env: {}, flags: {} });
  const environments: unknown[] = [];
  let open: () => void = () => {};
  const gate = new Promise<void>((resolve) => (open = resolve));
  const supervisor = new Supervisor({
    argv: ["/bin/sleep", "60"],
    path: undefined,
    environment(facts) {
      environments.push(facts.get("[env]").get("A"));
      return {};
    },
    onStart: () => {},
    settings: settings.supervise,
    ports: { ...ports, spawner: { startApp: (options) => gate.then(() => ports.spawner.startApp(options)) } },
  });
  supervisor.facts.put("[env]", new Map([["A", "1"]]));
  const ended = supervisor.run();
  assert.deepEqual([environments, supervisor.running], [["1"], true]);
  assert.deepEqual(supervisor.facts.put("[env]", new Map([["A", "2"]])), ["A"]);
  const restarted = supervisor.restart();
  open();
  await restarted;
  assert.deepEqual([environments, supervisor.facts.untold("[env]")], [["1", "2"], []]);
  supervisor.stop("SIGTERM");
  assert.deepEqual(await ended, { signal: "SIGTERM" });
});
