import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, test } from "node:test";
import { tagsTemplate } from "../../../src/gotemplate/registrator/index.ts";
import { systemClock } from "../../../src/platform/clock.ts";
import { freePort } from "../../support/process.ts";
import { ANSWER } from "./answer.ts";
import { CASES } from "./cases.ts";

async function made(template: string, answer: unknown = ANSWER): ReturnType<Awaited<ReturnType<typeof tagsTemplate>>> {
  return (await tagsTemplate(template, systemClock))(answer, AbortSignal.timeout(10_000));
}

/** A server that answers with what is at each path, and counts. */
async function served(pages: Readonly<Record<string, string>>): Promise<AsyncDisposable & { readonly url: string; readonly asked: string[] }> {
  const asked: string[] = [];
  const server = createServer(({ url = "" }, response) => {
    asked.push(url);
    response.end(pages[url]);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked, [Symbol.asyncDispose]: () => new Promise((resolve) => server.close(() => resolve())) };
}

describe("a template of tags, as Registrator has it", () => {
  for (const [template, text] of CASES) test(`makes ${JSON.stringify(text)} of ${template}`, async () => assert.deepEqual(await made(template), { text, problems: [] }));

  test("is refused with Go's sentence when it cannot be read", async () => {
    await assert.rejects(made("{{.ID"), { code: "TEMPLATE_INVALID", message: "template: tags:1: unclosed action" });
    await assert.rejects(made('{{getv "/a"}}'), { code: "TEMPLATE_INVALID", message: 'template: tags:1: function "getv" not defined' });
  });

  test("fails at a field that no container has", async () => {
    await assert.rejects(made("{{.Nothing}}"), { code: "TEMPLATE_FAILED", message: `template: tags:1:2: executing "tags" at <.Nothing>: can't evaluate field Nothing in type *docker.Container` });
  });

  test("reads what the engine says nothing of as Go's zero value", async () => {
    assert.deepEqual(await made("[{{.Name}}{{.State.Running}}{{len .Config.Env}}]", { Config: {} }), { text: "[false0]", problems: [] });
  });

  test("shows no variable of a container when it fails", async () => {
    await assert.rejects(made("{{index .Config.Env .Config.Env}}", { Config: { Env: ["PASSWORD=hunter2"] } }), ({ message }: Error) => !message.includes("hunter2"));
  });

  test("fetches what it asks for, once, and finds a path in it", async () => {
    await using server = await served({ "/zone": "eu-1", "/all": '{"a":{"b":["x",{"c":1}]}}' });
    const all = `(httpGet "${server.url}/all")`;
    const { text } = await made(`{{httpGet "${server.url}/zone" | printf "%s"}},{{jsonParse ${all} "a::b::[0]"}},{{jsonParse ${all} "a::b::[1]"}}`);
    assert.equal(text, 'eu-1,x,{"c":1}');
    assert.deepEqual(server.asked, ["/zone", "/all"]);
  });

  test("goes on without what cannot be fetched or is not there, and says so", async () => {
    await using server = await served({ "/all": "{}" });
    const gone = `http://127.0.0.1:${await freePort()}/`;
    const { text, problems } = await made(`a{{httpGet "${gone}" | printf "%s"}}{{jsonParse (httpGet "${server.url}/all") "a"}}`);
    assert.equal(text, "a");
    assert.match(problems.join("\n"), /^httpGet: connect ECONNREFUSED 127.0.0.1:\d+\njsonParse: there is nothing at that path$/);
  });

  test("shows nothing of an address that it made of a container's variables", async () => {
    const { problems } = await made(`{{httpGet (printf "http://127.0.0.1:${await freePort()}/%s" (sIndex 0 .Config.Env)) | printf "%s"}}`, { Config: { Env: ["hunter2"] } });
    assert.doesNotMatch(problems.join(), /hunter2/);
    await assert.rejects(made("{{httpGet (sIndex 0 .Config.Env) | printf \"%s\" | sIndex 0}}", { Config: { Env: ["hunter2"] } }), ({ message }: Error) => !message.includes("hunter2"));
  });

  test("asks for no end of addresses", async () => {
    await using server = await served({});
    await assert.rejects(made(`{{range $i, $c := split "" "abcdefghijklmnop"}}{{httpGet (printf "${server.url}/%s" $c) | printf "%s"}}{{end}}`), /It asks for more than 10 addresses/);
    assert.equal(server.asked.length, 10);
  });
});
