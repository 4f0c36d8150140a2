import assert from "node:assert/strict";
import { test } from "node:test";
import { runExample } from "../support/run-example.ts";

test("The example of nginx and etcd serves a domain from where its instances are, and fails no request over ten reloads", async () => {
  const said = await runExample("nginx-upstreams", ["nginx", "etcd", "curl"]);

  assert.deepEqual(answers(said), ["shop.example.com -> (502)", "shop.example.com -> the first instance (200)", "shop.example.com -> the second instance (200)"]);
  assert.match(said, /^ {3}[1-9]\d* requests, 0 failed$/m);
});

test("The example of HAProxy and Consul routes domains and paths to the services that ask for them", async () => {
  const said = await runExample("haproxy-consul", ["haproxy", "consul", "curl"]);

  assert.deepEqual(answers(said), ["shop.example.com -> (404)", "shop.example.com -> the first instance of web (200)", "shop.example.com -> the api (200)", "shop.example.com -> the second instance of web (200)"]);
});

test("The example of Caddy serves domains from keys in a file, and a refused file changes nothing", async () => {
  const said = await runExample("caddy-sites", ["caddy", "curl"]);

  assert.deepEqual(answers(said), ["shop.example.com -> the shop (200)", "blog.example.com -> the blog (200)", "shop.example.com -> the blog (200)", "shop.example.com -> the shop, moved (200)", "shop.example.com -> the shop, moved (200)"]);
  assert.match(said, /the check says: unrecognized directive: nonsense/);
});

test("The example of hipache has one registration in Redis' list and in nginx", async () => {
  const said = await runExample("hipache-routes", ["nginx", "redis-server", "redis-cli", "etcd", "curl"]);

  assert.deepEqual(answers(said), ["www.example.com -> (400)", "www.example.com -> the first instance (200)", "any.example.org -> the first instance (200)", "www.example.com -> the second instance (200)"]);
  const lists = [...said.matchAll(/frontend:www\.example\.com\n {5}web\n {5}(http:\/\/127\.0\.0\.1:\d+)\n(?! {5})/g)].map(([, url]) => url);
  assert.equal(new Set(lists).size, 2, said);
});

/** What the web server said to each question. */
function answers(said: string): readonly string[] {
  return [...said.matchAll(/^ {3}(\S+ -> .*)$/gm)].map(([, answer = ""]) => answer.replace(/ {2,}/g, " "));
}
