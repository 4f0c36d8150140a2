import assert from "node:assert/strict";
import { test } from "node:test";
import { runExample } from "../support/run-example.ts";

test("The example of central logging sends a host's messages to where the log server is, also after it moved", async () => {
  const said = await runExample("central-logging", ["rsyslogd", "etcd", "curl"]);

  assert.match(said, /^action\(type="omfile" file="\/dev\/null"\)$/m);
  assert.match(said, /the host says hello\n[^]*the host says hello again\n/);
});

test("The example of monitoring has a real Prometheus scrape what is registered, with labels from tags", async () => {
  const said = await runExample("monitoring", ["prometheus", "promtool", "etcd", "curl"]);

  assert.match(said, /2\. Two instances[^]*^ {3}up 127\.0\.0\.1:\d+ service=web env=prod$[^]*3\. /m);
  assert.match(said, /3\. One of them is gone\n {3}up 127\.0\.0\.1:\d+ service=api env=test\n$/);
});

test("The example of a database that moves starts the application with it, and has the next page come out of the other one", async () => {
  const said = await runExample("wordpress-mysql", ["php", "mariadbd", "etcd", "curl"]);

  assert.match(said, /Waiting for keys[^]*a page out of the first database \(200\)\n-rw-r-----\n[^]*a page out of the second database \(200\)/);
  assert.doesNotMatch(said, /horse/);
});

test("The example of a Galera cluster makes one of three databases by what is registered, which goes on without one that leaves", async () => {
  const said = await runExample("galera-peers", ["mariadbd", "mariadb", "etcd", "curl"]);

  const lists = [...said.matchAll(/^ {3}127\.0\.0\.(\d): wsrep_cluster_address = "gcomm:\/\/(.*)"$/gm)].map(([, member, peers = ""]) => `${member}: ${peers.replaceAll(/127\.0\.0\.|:\d+/g, "")}`);
  assert.deepEqual(lists, ["1: ", "2: 1", "1: 2,3", "2: 1,3", "3: 1,2", "1: 3", "3: 1"]);
  assert.deepEqual([...said.matchAll(/^ {3}127\.0\.0\.(\d: one of \d), synced$/gm)].map(([, counted]) => counted), ["1: one of 1", "2: one of 2", "3: one of 3", "1: one of 2"]);
  assert.match(said, /What is written to one is in the others\n {3}127\.0\.0\.3: remora\n/);
});

test("The example of an image build renders once, and ends the build where a key is missing", async () => {
  const said = await runExample("build-once");

  assert.match(said, /region = eu-west[^]*region = us-east[^]*exit status 4\nregion = us-east\n/);
});
