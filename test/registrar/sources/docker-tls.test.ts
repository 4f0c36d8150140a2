import assert from "node:assert/strict";
import { copyFile, readFile } from "node:fs/promises";
import { test } from "node:test";
import { following } from "../../support/docker-source.ts";
import { eventually } from "../../support/eventually.ts";
import { oddEngine } from "../../support/odd-engine.ts";
import { tempDir } from "../../support/temp.ts";
import { type Authority, makeAuthority } from "../../support/tls.ts";

/** Certificates of an engine, and of us in a folder as DOCKER_CERT_PATH has it. */
async function issue(authority: Authority, certPath: string) {
  const [engine, client] = [await authority.issue("engine", ["DNS:localhost"]), await authority.issue("client")];
  await Promise.all([copyFile(authority.caFile, `${certPath}/ca.pem`), copyFile(client.certFile, `${certPath}/cert.pem`), copyFile(client.keyFile, `${certPath}/key.pem`)]);
  return { cert: await readFile(engine.certFile), key: await readFile(engine.keyFile), ca: await readFile(authority.caFile), requestCert: true, rejectUnauthorized: true };
}

test("Certificates of an engine that are replaced on disk are taken up while its events go on", async () => {
  await using folder = await tempDir();
  await using before = await makeAuthority();
  await using after = await makeAuthority();
  const running = ["a"];
  const container = (id: string) => ({ Id: id, Name: `/${id}`, State: { Running: true }, Config: { Image: "web", ExposedPorts: { "80/tcp": {} } }, HostConfig: { NetworkMode: "bridge" }, NetworkSettings: { Ports: {}, Networks: { bridge: { IPAddress: "172.17.0.2" } } } });
  const answers = { "/containers/json": () => running.map((Id) => ({ Id })), "/containers/a/json": () => container("a"), "/containers/b/json": () => container("b") };
  await using engine = await oddEngine({ headers: { "api-version": "1.41" }, answers, tls: await issue(before, folder.path) });
  await using source = following(engine.host, { certPath: folder.path, internal: true });
  await eventually(() => assert.deepEqual(source.ids, ["host:a:80"]));

  engine.replaceTls(await issue(after, folder.path));
  running.push("b");
  engine.tell({ Type: "container", Action: "start", Actor: { ID: "b" } });
  // Without an event for 10 s everything would be begun anew, and the files be read for that.
  await eventually(() => assert.deepEqual(source.ids, ["host:a:80", "host:b:80"]), { within: 5_000 });
  assert.equal(engine.asked.filter((path) => path.endsWith("_ping")).length, 1);
});
