import assert from "node:assert/strict";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { connect, createServer, type TLSSocket } from "node:tls";
import { type CertificatePair, createAuthority, issueCertificate } from "../../src/certificates/issue.ts";
import type { KeyKind } from "../../src/certificates/keys.ts";
import { keyText, plain } from "./support.ts";

for (const key of ["p256", "rsa-2048"] satisfies KeyKind[]) {
  test(`a ${key} certificate that is its own authority is trusted by host name and by address`, async () => {
    const pair = await issueCertificate({ ...plain, key });
    for (const host of ["localhost", "127.0.0.1"]) assert.deepEqual(await shakeHands({ server: pair, anchor: pair.certificate, host }), { client: "none" });
  });

  test(`a ${key} certificate of an authority is trusted by host name and by address, and as a client`, async () => {
    const ca = await createAuthority({ ...plain, name: "Small CA", key });
    const [server, client] = [await issueCertificate({ ...plain, key, ca }), await issueCertificate({ ...plain, key, name: "forwarder", sans: ["forwarder"], ca })];
    for (const host of ["localhost", "127.0.0.1"]) assert.deepEqual(await shakeHands({ server, client, anchor: ca.certificate, host }), { client: "forwarder" });
  });
}

test("a certificate is not trusted for another name, nor by another authority", async () => {
  const [pair, other] = [await issueCertificate({ ...plain, sans: ["elsewhere", "10.0.0.1"] }), await issueCertificate(plain)];
  for (const host of ["localhost", "127.0.0.1"]) await assert.rejects(shakeHands({ server: pair, anchor: pair.certificate, host }), { code: "ERR_TLS_CERT_ALTNAME_INVALID" });
  await assert.rejects(shakeHands({ server: pair, anchor: other.certificate, host: "localhost" }), { code: /SELF_SIGNED|UNABLE_TO_VERIFY/ });
});

interface Handshake {
  readonly server: CertificatePair;
  readonly client?: CertificatePair;
  readonly anchor: string;
  readonly host: string;
}

/** Connects over TLS; answers whom the server saw. */
async function shakeHands({ server, client, anchor, host }: Handshake): Promise<{ client: string }> {
  const listener = createServer({ cert: server.certificate, key: keyText(server), ...(client && { ca: anchor, requestCert: true }) });
  listener.on("tlsClientError", () => {});
  const accepted = once(listener, "secureConnection") as Promise<[TLSSocket]>;
  listener.listen(0, "127.0.0.1");
  await once(listener, "listening");
  const { port } = listener.address() as AddressInfo;
  const socket = connect({ port, host: "127.0.0.1", ...(host !== "127.0.0.1" && { servername: host }), ca: anchor, ...(client && { cert: client.certificate, key: keyText(client) }) });
  try {
    await once(socket, "secureConnect");
    const [seen] = await accepted;
    seen.on("error", () => {});
    if (client) assert.equal(seen.authorized, true, String(seen.authorizationError));
    return { client: String(seen.getPeerCertificate().subject?.CN ?? "none") };
  } finally {
    socket.destroy();
    listener.close();
  }
}
