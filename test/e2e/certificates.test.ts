import assert from "node:assert/strict";
import { once } from "node:events";
import { stat } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { after, before, describe, test } from "node:test";
import { createServer } from "node:tls";
import { issueCertificate } from "../../src/certificates/issue.ts";
import { toKey } from "../../src/core/key.ts";
import { parsePublicKey } from "../../src/secrets/keys.ts";
import { seal } from "../../src/secrets/seal.ts";
import { keyText, opensslVerify, plain } from "../certificates/support.ts";
import { startConsul } from "../support/consul.ts";
import { type Etcd, startEtcd } from "../support/etcd.ts";
import { eventually } from "../support/eventually.ts";
import { type KeyedProject, keyedProject } from "../support/keyed.ts";
import { runProgram } from "../support/process.ts";
import { requireProgram } from "../support/requires.ts";

/** A unit "app" that writes the pair of a prefix, and a reload that keeps each certificate that it saw. */
const tlsUnit = (prefix: string) => ({
  "conf.d/app.toml":
    '[unit]\nreload_cmd = "cat $DIR/out/cert.pem >> $DIR/reloaded"\n[[template]]\nsrc = "cert.njk"\ndest = "$DIR/out/cert.pem"\n[[template]]\nsrc = "key.njk"\ndest = "$DIR/out/key.pem"\n',
  "templates/app.njk": "",
  "templates/cert.njk": `{{ getv("${prefix}/certificate") }}`,
  "templates/key.njk": `{{ getv("${prefix}/private_key") }}`,
});

interface Store extends AsyncDisposable {
  readonly toml: string;
  /** Everything in it. */
  dump(): Promise<string>;
}

const STORES: Readonly<Record<string, () => Promise<Store>>> = {
  async etcd() {
    const etcd = await startEtcd();
    return { toml: etcdToml(etcd), dump: () => etcd.ctl("get", "", "--prefix"), [Symbol.asyncDispose]: () => etcd[Symbol.asyncDispose]() };
  },
  async consul() {
    const consul = await startConsul();
    const dump = async () => {
      const entries = (await (await fetch(`${consul.url}/v1/kv/?recurse`)).json()) as { Key: string; Value: string | null }[];
      return entries.map(({ Key, Value }) => `${Key}\n${Buffer.from(Value ?? "", "base64")}`).join("\n");
    };
    return { toml: `backend = "consul"\nbackends.consul.address = "${consul.url}"\n`, dump, [Symbol.asyncDispose]: () => consul[Symbol.asyncDispose]() };
  },
};

for (const [name, start] of Object.entries(STORES)) {
  describe(`certificates in ${name}`, () => {
    let store: Store;
    before(async () => void (store = await start()));
    after(() => store?.[Symbol.asyncDispose]());

    test("ten containers that start at once share one pair, of which no private key is to be seen, and shake hands with it", async () => {
      await using app = await keyedProject(tlsUnit("/logstash/ssl"));
      await app.configure(store.toml);
      const all = await Promise.all(Array.from({ length: 10 }, () => app.remora(["cert", "ensure", "logstash", "--key-prefix", "/logstash/ssl", "--san", "localhost", "--json", "--verbose"])));
      assert.deepEqual(all.map(({ code }) => code), Array(10).fill(0), all.map(({ stderr }) => stderr).join(""));
      const told = all.map(({ stdout }) => JSON.parse(stdout) as { outcome: string; fingerprint: string });
      assert.deepEqual(told.map(({ outcome }) => outcome).sort(), ["made", ...Array(9).fill("reused")]);
      assert.equal(new Set(told.map(({ fingerprint }) => fingerprint)).size, 1);

      const rendered = await app.remora(["render", "--verbose"]);
      assert.equal(rendered.code, 0, rendered.stderr);
      assert.equal((await stat(app.directory.join("out/key.pem"))).mode & 0o777, 0o600);
      assert.match((await app.read("out/key.pem")) ?? "", /^-----BEGIN PRIVATE KEY-----\n/);
      const seen = [await store.dump(), rendered.stdout, rendered.stderr, ...all.flatMap(({ stdout, stderr }) => [stdout, stderr])].join("\n");
      assert.match(seen, /-----BEGIN CERTIFICATE-----/);
      assert.doesNotMatch(seen, /PRIVATE KEY/);
      for (const line of await keyLines(app)) assert.ok(!seen.includes(line), "a line of the private key was seen");

      assert.match(await shakeHands(app), /Verify return code: 0 \(ok\)/);
    });

    test("each container has a certificate of its own, signed by an authority out of the store", async () => {
      await using app = await keyedProject();
      await app.configure(store.toml);
      const authorities = await Promise.all(Array.from({ length: 4 }, () => app.remora(["cert", "ca", "Log CA", "--key-prefix", "/ca", "--json"])));
      assert.equal(new Set(authorities.map(({ stdout }) => JSON.parse(stdout).fingerprint)).size, 1);
      const hosts = ["c1", "c2", "c3"];
      const own = await Promise.all(hosts.map((host) => app.remora(["cert", "ensure", host, "--key-prefix", `/ssl/${host}`, "--ca", "/ca"])));
      assert.deepEqual(own.map(({ code }) => code), [0, 0, 0], own.map(({ stderr }) => stderr).join(""));
      const anchor = (await app.remora(["keys", "get", "/ca/certificate"])).stdout;
      for (const host of hosts) {
        const certificate = (await app.remora(["keys", "get", `/ssl/${host}/certificate`])).stdout;
        assert.equal(await opensslVerify(certificate, anchor, "-purpose", "sslserver", "-verify_hostname", host), "cert: OK");
      }
      assert.doesNotMatch(await store.dump(), /PRIVATE KEY/);
    });
  });
}

describe("remora run and certificates", () => {
  let etcd: Etcd;
  before(async () => void (etcd = await startEtcd()));
  after(() => etcd?.[Symbol.asyncDispose]());

  test("A certificate is renewed when two thirds of its life are over, and the unit that uses it reloads", async () => {
    await using app = await keyedProject(tlsUnit("/due"));
    const old = await putDueIn(4_000, "/due", etcd, app);
    await app.configure(`${etcdToml(etcd)}[[certificate]]\nname = "logstash"\nkey_prefix = "/due"\nsan = ["localhost"]\ndays = 1\n`);
    await using running = await app.start();
    await running.waitForLog("Certificate renewed");
    const next = await eventually(async () => {
      const last = ((await app.read("reloaded")) ?? "").split(/(?=-----BEGIN)/).at(-1) ?? "";
      assert.ok(last.startsWith("-----BEGIN") && last !== old, "the unit has not reloaded with another certificate");
      return last;
    });
    assert.equal(next, await app.read("out/cert.pem"));
    assert.match(await shakeHands(app), /Verify return code: 0 \(ok\)/);
    assert.equal(running.lines.filter(({ msg }) => msg === "Certificate renewed").length, 1);
    assert.doesNotMatch(JSON.stringify(running.lines), /PRIVATE KEY/);
  });

  test("A certificate that cannot be made yet holds up the units that need it alone, is told once, and is made when it can be", async () => {
    await using app = await keyedProject({
      ...tlsUnit("/own"),
      "templates/other.njk": "needs none\n",
      "conf.d/other.toml": '[template]\nsrc = "other.njk"\ndest = "$DIR/out/other"\n',
    });
    await app.configure(`${etcdToml(etcd)}[[certificate]]\nname = "localhost"\nkey_prefix = "/own"\nca = "/later"\n`);
    await using running = await app.start();
    const failed = await running.waitForLog("Certificate failed");
    assert.match(String(failed.error), /there is no authority at "\/later"/);
    await eventually(async () => assert.equal(await app.read("out/other"), "needs none\n"));
    assert.equal(await app.read("out/cert.pem"), undefined);
    assert.match((await app.remora(["status"])).stdout, /^localhost +failing +.*there is no authority at "\/later"/m);
    assert.equal((await app.remora(["cert", "ca", "Late CA", "--key-prefix", "/later"])).code, 0);
    await running.waitForLog("Certificate made", { within: 30_000 });
    await running.waitForLog("Reloaded");
    const anchor = (await app.remora(["keys", "get", "/later/certificate"])).stdout;
    assert.equal(await opensslVerify((await app.read("out/cert.pem")) ?? "", anchor), "cert: OK");
    assert.equal(running.lines.filter(({ msg }) => msg === "Certificate failed").length, 1);
    assert.match((await app.remora(["status"])).stdout, /^localhost +valid +20\d\d-\S+Z +/m);
    assert.equal(await running.stop(), 0);
  });
});

function etcdToml({ url }: Etcd): string {
  return `backend = "etcd"\nbackends.etcd.endpoints = ["${url}"]\n`;
}

const DAY_MS = 86_400_000;
const BACKDATED_MS = 5 * 60_000;

/** Puts a pair of a day's life whose renewal is due in so many milliseconds; answers the certificate. */
async function putDueIn(ms: number, prefix: string, etcd: Etcd, { publicKey }: KeyedProject): Promise<string> {
  const twoThirds = ((DAY_MS + BACKDATED_MS) * 2) / 3 - BACKDATED_MS;
  const made = await issueCertificate({ ...plain, days: 1, clock: { now: () => Date.now() + ms - twoThirds } });
  const key = `${prefix}/private_key`;
  const sealed = seal({ content: Buffer.from(keyText(made)), recipients: [parsePublicKey(publicKey)], path: toKey(key) });
  await etcd.putTogether({ [`${prefix}/certificate`]: made.certificate, [key]: sealed });
  return made.certificate;
}

async function keyLines(app: KeyedProject): Promise<readonly string[]> {
  return ((await app.read("out/key.pem")) ?? "").split("\n").filter((line) => line.length > 20 && !line.startsWith("-----"));
}

/** Serves TLS with the rendered files; answers what `openssl s_client` says, which trusts the rendered certificate alone. */
async function shakeHands(app: KeyedProject): Promise<string> {
  const server = createServer({ cert: (await app.read("out/cert.pem")) ?? "", key: (await app.read("out/key.pem")) ?? "" }, (socket) => void socket.on("error", () => {}).resume());
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  try {
    const { code, stdout, stderr } = await runProgram([requireProgram("openssl"), "s_client", "-connect", `127.0.0.1:${port}`, "-CAfile", app.directory.join("out/cert.pem"), "-no-CApath", "-verify_return_error", "-verify_hostname", "localhost"]);
    assert.equal(code, 0, stderr);
    return stdout;
  } finally {
    server.close();
  }
}
