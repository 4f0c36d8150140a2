import assert from "node:assert/strict";
import { test } from "node:test";
import { formatListenAddress, toListenAddress } from "../../src/core/listen-address.ts";

const read = (text: string) => {
  const address = toListenAddress(text);
  return address && formatListenAddress(address);
};

test("An address is a socket, or a host and a port; a port alone is of loopback", () => {
  assert.deepEqual(["unix:/run/remora.sock", "0.0.0.0:9110", "[::1]:9110", "web-1:9110", "9110", "off"].map(read), ["unix:/run/remora.sock", "0.0.0.0:9110", "[::1]:9110", "web-1:9110", "127.0.0.1:9110", undefined]);
});

test("What could be meant as all addresses is refused, and so is nonsense", () => {
  for (const text of [":9110", "*:9110x", "127.0.0.1", "99999", "::1:80", "unix:run", ""]) assert.throws(() => toListenAddress(text), { code: "CONFIG_INVALID" }, text);
});
