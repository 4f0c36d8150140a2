import assert from "node:assert/strict";
import { after, before, test, type TestContext } from "node:test";
import { type Counts, type Elk, prepareElk } from "../support/elk.ts";
import { eventually } from "../support/eventually.ts";

// The cluster of examples/elk, with its compose.yaml, on a real engine. The tests are one story: each goes on where the one before it ended.

const PREPARED_WITHIN_MS = 200_000;
const TTL_S = 10;
/** From the end of a lease until nginx has other workers, on a slow machine; and a connect to nobody takes a second. */
const RELOADED_WITHIN_S = 6;
const SLOW = { within: 60_000, every: 250 };
let elk: Elk;

before(async () => void (elk = await prepareElk()), { timeout: PREPARED_WITHIN_MS });
after(async () => elk?.[Symbol.asyncDispose]());

test("Started in the worst order, with etcd last, the cluster comes up by itself: nginx asks five apps, whose logs come to Elasticsearch over TLS", { timeout: 90_000 }, async () => {
  for (const services of [["test-script", "nginx", "sinatra"], ["logstash"], ["elasticsearch"], ["etcd"]]) await elk.compose("up", "-d", "--no-build", "--no-deps", ...services);
  await eventually(async () => assert.equal(Object.keys((await elk.counts()).apps).length, 5), SLOW);
  await eventually(async () => assert.ok((await elk.events()) > 0, "not yet"), SLOW);

  const apps = (await elk.containers("sinatra")).map(({ address }) => `${address}:${portOf(address)}`);
  assert.deepEqual(await published(), apps.sort());
  const [nginx] = await elk.containers("nginx");
  assert.match(await elk.etcdctl("get", "/logstash/ssl/private_key", "--print-value-only"), /^remora:v1:/);
  assert.equal(await elk.etcdctl("get", "/nginx/host", "--print-value-only"), nginx?.address);
  // From here on nginx helps nobody by asking another app.
  await elk.etcdctl("put", "/nginx/next_upstream", "off");
  await eventually(async () => assert.match(await elk.read(nginx as never, "/etc/nginx/nginx.conf"), /proxy_next_upstream off/), SLOW);
  await elk.reset();
});

test("Three more apps are asked as soon as they are there, and no request fails", { timeout: 60_000 }, async (t) => {
  await elk.compose("up", "-d", "--no-build", "--no-recreate", "--scale", "sinatra=8");
  await asksExactly(8);
  noneFailed(await elk.reset(), t);
});

test("When an app is killed, requests to it alone fail, and none once its lease has ended", { timeout: 60_000 }, async (t) => {
  const [victim] = await elk.containers("sinatra");
  assert.ok(victim);
  const killed = Date.now() / 1_000;
  await elk.docker.call("DELETE", `/containers/${victim.id}?force=1`);
  await eventually(async () => assert.equal((await published()).length, 7), SLOW);
  const gone = Date.now() / 1_000;
  assert.ok(gone - killed < TTL_S + 5, `Its lease ended after ${gone - killed} s`);
  await asksExactly(7);
  const { good, failures } = await elk.reset();
  t.diagnostic(`Lease ended after ${(gone - killed).toFixed(1)} s; ${good} good requests, ${failures.length} failed`);
  assert.deepEqual(failures.filter(({ upstream, began }) => upstream !== `${victim.address}:${portOf(victim.address)}` || began > gone + RELOADED_WITHIN_S), []);
  noneFailed(await elk.after(100), t);
});

test("Six of eight apps are stopped, and no request fails: each leaves nginx before it ends", { timeout: 60_000 }, async (t) => {
  await elk.reset();
  await elk.compose("up", "-d", "--no-build", "--no-recreate", "--scale", "sinatra=2");
  await asksExactly(2);
  noneFailed(await elk.reset(), t);
});

test("Logstash moves to another address: the forwarders follow with its new certificate, its pair stays sealed in etcd, and no request fails", { timeout: 80_000 }, async (t) => {
  const before = (await elk.etcdctl("get", "/logstash/host", "--print-value-only")).trim();
  await elk.compose("rm", "-s", "-f", "logstash");
  await elk.compose("up", "-d", "--no-build", "--no-recreate", "--scale", "sinatra=3");
  const [logstash] = await elk.containers("logstash");
  assert.notEqual(logstash?.address, before);
  await eventually(async () => assert.equal(await elk.etcdctl("get", "/logstash/host", "--print-value-only"), logstash?.address), SLOW);
  for (const app of await elk.containers("sinatra")) await eventually(async () => assert.match(await elk.read(app, "/etc/logstash-forwarder/logstash-forwarder.json"), new RegExp(`"${logstash?.address}:5043"`)), SLOW);
  const events = await elk.events();
  await eventually(async () => assert.ok((await elk.events()) > events + 50, "not yet"), SLOW);
  await asksExactly(3);
  noneFailed(await elk.reset(), t);
});

test("etcd is restarted: no request fails, nobody is forgotten, and what comes after is followed", { timeout: 80_000 }, async (t) => {
  const [etcd] = await elk.containers("etcd");
  const before = await published();
  await elk.docker.call("POST", `/containers/${etcd?.id}/stop?t=10`);
  await elk.after(200);
  await elk.docker.call("POST", `/containers/${etcd?.id}/start`);
  await eventually(async () => assert.deepEqual(await published(), before), SLOW);
  await elk.compose("up", "-d", "--no-build", "--no-recreate", "--scale", "sinatra=4");
  await asksExactly(4);
  noneFailed(await elk.reset(), t);
  // As the engine finds out with "remora status --ready".
  await eventually(async () => assert.deepEqual((await elk.containers()).filter(({ service, healthy }) => !healthy && service !== "etcd"), []), SLOW);
});

/** Waits until nginx has asked so many apps and no others for a while. */
async function asksExactly(apps: number): Promise<void> {
  let last: Readonly<Record<string, number>> = {};
  await eventually(async () => {
    const asked = (await elk.counts()).apps;
    const lately = Object.keys(asked).filter((each) => asked[each] !== last[each]);
    last = asked;
    assert.equal(lately.length, apps, JSON.stringify(asked));
    assert.equal((await published()).length, apps);
  }, { ...SLOW, every: 500 });
}

function noneFailed({ good, failures }: Counts, t: TestContext): void {
  t.diagnostic(`${good} good requests, ${failures.length} failed`);
  assert.deepEqual(failures, []);
  assert.ok(good > 50, `${good} requests`);
}

/** ADDRESS:PORT of each key /sinatra/PORT/host. */
async function published(): Promise<string[]> {
  const lines = (await elk.etcdctl("get", "/sinatra/", "--prefix")).split("\n");
  return lines.flatMap((line, index) => (line.startsWith("/sinatra/") ? [`${lines[index + 1]}:${line.split("/")[2]}`] : [])).sort();
}

/** As boot.sh of the apps makes it of their addresses. */
function portOf(address: string): number {
  const [, , third, last] = address.split(".").map(Number) as [number, number, number, number];
  return 10_000 + (third % 100) * 256 + last;
}
