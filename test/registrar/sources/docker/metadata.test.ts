import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type Metadata, metadataOf, namedPorts, splitTags } from "../../../../src/registrar/sources/docker/metadata.ts";

type Words = Readonly<Record<string, string>>;

function read({ env = {}, labels = {}, port = 80, protocol = "tcp", compat = false }: { env?: Words; labels?: Words; port?: number; protocol?: string; compat?: boolean }): Metadata {
  return metadataOf({ env: Object.entries(env), labels }, { number: port, protocol }, { compat });
}

describe("metadataOf()", () => {
  /** [what is shown, what is said, what is read of it]. */
  const CASES: readonly (readonly [shows: string, said: Parameters<typeof read>[0], expected: Partial<Metadata>])[] = [
    ["nothing is said", {}, { ignored: false, name: undefined, id: undefined, tags: [], attributes: {} }],
    ["a name for all ports", { env: { SERVICE_NAME: "web" } }, { name: "web", nameIsOfPort: false }],
    ["a name for the port", { env: { SERVICE_80_NAME: "web" } }, { name: "web", nameIsOfPort: true }],
    ["a name for another port", { env: { SERVICE_81_NAME: "web" } }, { name: undefined }],
    ["a label over a variable", { env: { SERVICE_NAME: "variable" }, labels: { SERVICE_NAME: "label" } }, { name: "label" }],
    ["a variable of the port over a label of all", { env: { SERVICE_80_NAME: "port" }, labels: { SERVICE_NAME: "all" } }, { name: "port" }],
    ["a label of the port over a variable of the port", { env: { SERVICE_80_NAME: "variable" }, labels: { SERVICE_80_NAME: "label" } }, { name: "label" }],
    ["an empty value as none", { env: { SERVICE_NAME: "web", SERVICE_80_NAME: "" } }, { name: undefined }],
    ["a prefix in small letters as somebody else's", { labels: { service_name: "web" } }, { name: undefined, attributes: {} }],
    ["an id", { env: { SERVICE_ID: "one" } }, { id: "one" }],
    ["tags in the order in which they are written", { env: { SERVICE_TAGS: "a,b,c" } }, { tags: ["a", "b", "c"] }],
    ["tags of the port instead of those of all", { env: { SERVICE_TAGS: "a", SERVICE_80_TAGS: "b" } }, { tags: ["b"] }],
    ["attributes by names in small letters", { env: { SERVICE_Region: "north", SERVICE_CHECK_HTTP: "/health", SERVICE_80_CHECK_INTERVAL: "5s" } }, { attributes: { check_http: "/health", check_interval: "5s", region: "north" } }],
    ["SERVICE_IGNORE", { env: { SERVICE_IGNORE: "true" } }, { ignored: true }],
    ["SERVICE_IGNORE of the port", { env: { SERVICE_80_IGNORE: "yes" } }, { ignored: true }],
    ["SERVICE_IGNORE of another port", { env: { SERVICE_81_IGNORE: "yes" } }, { ignored: false }],
    ["SERVICE_IGNORE=false as false", { env: { SERVICE_IGNORE: "false" } }, { ignored: false }],
    ["a port that is not ignored though all are", { env: { SERVICE_IGNORE: "true", SERVICE_80_IGNORE: "false" } }, { ignored: false }],
    ["a range of ports that is ignored", { port: 15_000, env: { "SERVICE_10000-20000_IGNORE": "true" } }, { ignored: true, attributes: {} }],
    ["a range that the port is not in", { port: 9_999, env: { "SERVICE_10000-20000_IGNORE": "true" } }, { ignored: false, attributes: {} }],
    ["the port over its range", { port: 8_001, env: { SERVICE_8001_NAME: "one", "SERVICE_8000-8099_NAME": "range", SERVICE_NAME: "all" } }, { name: "one" }],
    ["a port and its protocol", { port: 53, protocol: "udp", env: { SERVICE_53_UDP_NAME: "dns-udp", SERVICE_53_NAME: "dns" } }, { name: "dns-udp" }],
    ["a port and another protocol", { port: 53, env: { SERVICE_53_UDP_NAME: "dns-udp", SERVICE_53_NAME: "dns" } }, { name: "dns" }],
    ["a value that holds an equals sign and line ends", { env: { SERVICE_OPTIONS: "a=b\nc" } }, { attributes: { options: "a=b\nc" } }],
    ["the labels for Docker Flow Proxy as they are", { labels: { "com.df.servicePath": "/api", "com.docker.x": "y" } }, { attributes: { "com.df.servicePath": "/api" } }],
    ["the labels for Docker Flow Proxy for the port that they name", { labels: { "com.df.servicePath": "/api", "com.df.port": "80" } }, { attributes: { "com.df.servicePath": "/api", "com.df.port": "80" } }],
    ["no labels for Docker Flow Proxy for another port", { labels: { "com.df.servicePath": "/api", "com.df.port": "8080" } }, { attributes: {} }],
    ["a name that an object has of its own", { env: { SERVICE_CONSTRUCTOR: "x" } }, { attributes: { constructor: "x" } }],
    ["with compat, tags in reverse", { compat: true, env: { SERVICE_TAGS: "a,b,c" } }, { tags: ["c", "b", "a"] }],
    ["with compat, SERVICE_IGNORE=false as ignored", { compat: true, env: { SERVICE_IGNORE: "false" } }, { ignored: true }],
    ["with compat, a range as an attribute", { compat: true, port: 15_000, env: { "SERVICE_10000-20000_IGNORE": "true" } }, { ignored: false, attributes: { "10000-20000_ignore": "true" } }],
  ];
  for (const [shows, said, expected] of CASES) {
    test(`reads ${shows}`, () => {
      const found: Metadata = read(said);
      assert.deepEqual(Object.fromEntries(Object.keys(expected).map((key) => [key, found[key as keyof Metadata]])), expected);
    });
  }
});

describe("splitTags()", () => {
  test("takes a comma behind a backslash for one of the tag", () => {
    assert.deepEqual(splitTags("a\\,b,c,,d", false), ["a,b", "c", "d"]);
  });

  test("answers in Registrator's order when it is told to", () => {
    assert.deepEqual(splitTags("a\\,b,c,,d", true), ["d", "c", "a,b"]);
  });
});

describe("namedPorts()", () => {
  test("answers the ports that are named alone", () => {
    assert.deepEqual(namedPorts({ env: [["SERVICE_9200_NAME", "search"], ["SERVICE_NAME", "all"], ["SERVICE_8000-8099_NAME", "range"], ["SERVICE_53_UDP_NAME", "dns"]], labels: { SERVICE_81_NAME: "admin" } }), [9200, 81]);
  });
});
