import assert from "node:assert/strict";
import { test } from "node:test";
import { startConsul } from "../support/consul.ts";
import { eventually } from "../support/eventually.ts";
import { project } from "../support/remora.ts";

const NAMES = Array.from({ length: 250 }, (_, index) => `app-${`${index}`.padStart(3, "0")}`);

test("250 units on 250 keys of a Consul with its default limits are all rendered, and again after a restart", async () => {
  await using consul = await startConsul();
  await consul.putMany(NAMES.map((name) => `/${name}/port`), "80");
  const units = NAMES.flatMap((name) => [
    [`conf.d/${name}.toml`, `[template]\nsrc = "${name}.njk"\ndest = "$DIR/out/${name}"\n`],
    [`templates/${name}.njk`, `{{ getv("/${name}/port") }}\n`],
  ]);
  await using app = await project({ "conf.d/app.toml": "", ...Object.fromEntries(units) });
  for (const [value, next] of [["80", "81"], ["81", "82"]] as const) {
    await using running = await app.start(["--backend", "consul", "--consul-address", consul.url]);
    const all = (expected: string) => async () => {
      for (const name of NAMES) assert.equal(await app.read(`out/${name}`), `${name === "app-007" ? expected : "80"}\n`);
    };
    await eventually(all(value), { within: 10_000 });
    await consul.put("/app-007/port", next);
    await eventually(all(next), { within: 10_000 });
    assert.deepEqual(running.lines.filter(({ level }) => level === "warn" || level === "error"), []);
    assert.equal(await running.stop(), 0);
  }
});

test("50 units that loop over one prefix of Consul share one blocking query, and a change is one answer", async () => {
  await using consul = await startConsul();
  await consul.putMany(Array.from({ length: 100 }, (_, index) => `/up/${index}`), "x");
  const units = Array.from({ length: 50 }, (_, index) => [`conf.d/loop-${index}.toml`, `[template]\nsrc = "loop.njk"\ndest = "$DIR/out/loop-${index}"\n`]);
  await using app = await project({ "conf.d/app.toml": "", "templates/loop.njk": '{% for p in gets("/up/*") %}\n{{ p.key }} {{ p.value }}\n{% endfor %}\n', ...Object.fromEntries(units) });
  await using counting = await countingProxy(consul.port);
  await using running = await app.start(["--backend", "consul", "--consul-address", `http://127.0.0.1:${counting.port}`, "--reconcile", "0"]);
  await eventually(() => assert.equal(running.lines.filter(({ msg }) => msg === "Committed").length, 50), { within: 10_000 });
  await eventually(() => assert.equal(counting.open, 1));
  const before = counting.answered;
  await consul.put("/up/7", "y");
  await eventually(async () => {
    for (let index = 0; index < 50; index += 1) assert.match((await app.read(`out/loop-${index}`)) ?? "", /^\/up\/7 y$/m);
  });
  assert.equal(counting.answered, before + 1);
  await eventually(() => assert.equal(counting.open, 1));
});

/** Passes requests on and counts those that wait and those that were answered. */
async function countingProxy(target: number): Promise<{ readonly port: number; readonly open: number; readonly answered: number } & AsyncDisposable> {
  const { createServer, request } = await import("node:http");
  let [open, answered] = [0, 0];
  const server = createServer((incoming, outgoing) => {
    open += 1;
    const onward = request({ port: target, path: incoming.url, method: incoming.method, headers: incoming.headers }, (answer) => {
      open -= 1;
      answered += 1;
      outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(outgoing);
    });
    onward.on("error", () => outgoing.destroy());
    outgoing.on("close", () => onward.destroy());
    incoming.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : 0,
    get open() {
      return open;
    },
    get answered() {
      return answered;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
