import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { test } from "node:test";
import { type DockerEngine, startDocker } from "../support/docker.ts";
import { type Etcd, startEtcd } from "../support/etcd.ts";
import { eventually } from "../support/eventually.ts";
import { runProgram, stopProcess } from "../support/process.ts";
import { requireProgram } from "../support/requires.ts";
import { project, startRemora } from "../support/remora.ts";

const PREFIX = "/services";
const SOON_MS = 2_000;

/** What a registrar should have published: name and address of every running container. */
async function truthOf(docker: DockerEngine): Promise<string[]> {
  const running = (await docker.call("GET", "/containers/json")) as { Id: string }[] | string;
  const rows = typeof running === "string" ? (JSON.parse(running) as { Id: string }[]) : running;
  const all = await Promise.all(rows.map(async ({ Id }) => (await docker.call("GET", `/containers/${Id}/json`)) as { Name: string; NetworkSettings: { Networks: { bridge: { IPAddress: string } } } }));
  return all.map(({ Name, NetworkSettings }) => `${Name.slice(1)} ${NetworkSettings.Networks.bridge.IPAddress}:80`).sort();
}

async function publishedIn(etcd: Etcd): Promise<string[]> {
  const { kvs = [] } = JSON.parse(await etcd.ctl("get", `${PREFIX}/`, "--prefix", "-w", "json")) as { kvs?: { key: string; value: string }[] };
  const text = (base64: string) => Buffer.from(base64, "base64").toString();
  return kvs.map(({ key, value }) => `${text(key).split(":")[1]} ${text(value)}`).sort();
}

test("The registry is what the engine says, through starts, removals, restarts, kills and restarts of the engine and of etcd", { timeout: 110_000 }, async () => {
  await using docker = await startDocker();
  await using etcd = await startEtcd();
  await using folder = await project();
  const args = ["register", ...folder.flags, "--backend", "etcd", "--etcd-endpoints", etcd.url, "--docker", "--host", docker.host, "--internal", "--layout", "registrator", "--registrar-prefix", PREFIX, "--verbose"];
  await using registrar = await startRemora(args, { env: { HOSTNAME: "host" } });
  await registrar.waitForLog("Following the Docker engine");
  const same = async (within = SOON_MS) => {
    const truth = await truthOf(docker);
    await eventually(async () => assert.deepEqual(await publishedIn(etcd), truth), { within });
    return truth;
  };
  const names = Array.from({ length: 50 }, (_, index) => `web${index}`);
  await etcd.put(`${PREFIX}-of-others/web`, "10.0.0.1:80");

  await Promise.all(names.map((name) => docker.run(name, { Env: ["SERVICE_NAME=web", "PASSWORD=canary-of-a-container"], HostConfig: { StopTimeout: 1 } })));
  assert.equal((await same()).length, 50);
  await Promise.all(names.slice(0, 25).map((name) => docker.call("DELETE", `/containers/${name}?force=1`)));
  assert.equal((await same()).length, 25);
  await Promise.all(names.slice(25, 35).map((name) => docker.call("POST", `/containers/${name}/restart?t=1`)));
  assert.equal((await same()).length, 25);

  await docker.call("POST", "/containers/web49/kill");
  assert.equal((await same(1_000)).length, 24);

  await etcd.kill();
  await Promise.all(names.slice(35, 40).map((name) => docker.call("POST", `/containers/${name}/kill`)));
  await etcd.start();
  assert.equal((await same(10_000)).length, 19);

  await docker.stop("KILL");
  await docker.start();
  await Promise.all(names.slice(40, 45).map((name) => docker.call("POST", `/containers/${name}/start`)));
  await registrar.waitForLog("Cannot follow the Docker engine, its containers stay as they were");
  assert.ok((await same(10_000)).length >= 5);

  assert.equal(await registrar.stop(), 0);
  assert.deepEqual(await publishedIn(etcd), []);
  assert.doesNotMatch(JSON.stringify(registrar.lines), /canary-of-a-container/);
  assert.equal((await etcd.ctl("get", `${PREFIX}-of-others/web`, "--print-value-only")).trim(), "10.0.0.1:80");
});

/** Serves for three seconds more after it was told to stop. */
const GRACEFUL = "echo ok > /tmp/index.html; httpd -p 80 -h /tmp; trap 'sleep 3; exit 0' TERM; while :; do sleep 1 & wait $!; done";

const NGINX = `daemon off; pid $DIR/nginx.pid; error_log $DIR/error.log; events {}
http {
  access_log off;
  client_body_temp_path $DIR/body; proxy_temp_path $DIR/proxy; fastcgi_temp_path $DIR/fastcgi; uwsgi_temp_path $DIR/uwsgi; scgi_temp_path $DIR/scgi;
  upstream web {
{% for i in service("web", from="/services") %}
    server {{ i.address }}:{{ i.port }};
{% else %}
    server 127.0.0.1:9 down;
{% endfor %}
  }
  keepalive_timeout 0; # a reload closes idle connections, in which a client may be about to ask
  server { listen 127.0.0.1:8000; location / { proxy_pass http://web; proxy_next_upstream off; } }
}
`;

/** Asks as fast as it is answered until its input ends, and prints how often and what failed. */
const CLIENT = `
let over = false, good = 0; const bad = [];
process.stdin.on("end", () => (over = true)).resume();
while (!over) {
  try {
    const answer = await fetch("http://127.0.0.1:8000/", { signal: AbortSignal.timeout(2_000) });
    if (answer.ok && (await answer.text()) === "ok\\n") good += 1; else bad.push(answer.status);
  } catch (error) { bad.push(String(error.cause ?? error)); }
  await new Promise((resolve) => setTimeout(resolve, 5));
}
console.log(JSON.stringify({ good, bad }));`;

test("docker stop takes a container out of nginx before its app stops: no request fails", { timeout: 100_000 }, async () => {
  await using docker = await startDocker();
  await using etcd = await startEtcd();
  await using folder = await project({
    "templates/app.njk": NGINX,
    "conf.d/app.toml": '[template]\nsrc = "app.njk"\ndest = "$DIR/nginx.conf"\ncheck_cmd = "nginx -t -q -c {{ src }}"\nreload_signal = "HUP"\npid_file = "$DIR/nginx.pid"\n',
  });
  const registering = ["--docker", "--host", docker.host, "--internal", "--layout", "registrator", "--registrar-prefix", PREFIX];
  await using registrar = await startRemora(["register", "--state-dir", folder.directory.join("registrar"), "--backend", "etcd", "--etcd-endpoints", etcd.url, ...registering]);
  for (const name of ["web1", "web2"]) await docker.run(name, { Cmd: ["sh", "-c", GRACEFUL], Env: ["SERVICE_NAME=web"] });
  await eventually(async () => assert.equal((await publishedIn(etcd)).length, 2));
  await registrar.waitForLog("Registered");

  assert.equal((await folder.remora(["render", "--no-reload", "--backend", "etcd", "--etcd-endpoints", etcd.url])).code, 0);
  const within = ["nsenter", "-t", String(docker.pid), "-n"] as const;
  const nginx = spawn(within[0], [...within.slice(1), requireProgram("nginx"), "-c", folder.directory.join("nginx.conf")], { stdio: "inherit" });
  try {
    await using running = await folder.start(["--backend", "etcd", "--etcd-endpoints", etcd.url]);
    await running.waitForLog("Started");
    await eventually(async () => assert.equal((await runProgram([...within, process.execPath, "-e", "process.exit((await fetch('http://127.0.0.1:8000/')).ok ? 0 : 1)", "--input-type=module"])).code, 0));
    const client = spawn(within[0], [...within.slice(1), process.execPath, "--input-type=module", "-e", CLIENT], { stdio: ["pipe", "pipe", "inherit"] });
    let printed = "";
    client.stdout.on("data", (chunk) => (printed += chunk));
    await docker.call("POST", "/containers/web1/stop?t=10");
    await running.waitForLog("Reloaded");
    const ended = new Promise((resolve) => client.once("close", resolve));
    client.stdin.end();
    await ended;
    const { good, bad } = JSON.parse(printed) as { good: number; bad: unknown[] };
    assert.deepEqual(bad, []);
    assert.ok(good > 50, `${good} requests`);
    assert.deepEqual((await publishedIn(etcd)).map((line) => line.split(" ")[0]), ["web2"]);
  } finally {
    await stopProcess(nginx);
  }
});
