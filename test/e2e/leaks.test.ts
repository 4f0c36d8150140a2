import assert from "node:assert/strict";
import { chmod, readFile } from "node:fs/promises";
import { test } from "node:test";
import { startConsul } from "../support/consul.ts";
import { startEtcd } from "../support/etcd.ts";
import { eventually } from "../support/eventually.ts";
import { freePort } from "../support/process.ts";
import { type Project, project, remora, type RunningRemora } from "../support/remora.ts";
import { ask, followEvents } from "../support/status.ts";

/** What must be seen nowhere but in targets; long and short, with what needs escaping, and of several lines. */
const CANARIES = {
  sealed: 'canary-sealed "quoted" \\ + / = ü and more than forty characters of it',
  pem: "-----BEGIN PRIVATE KEY-----\nMIGHcanarypemline1AgEAMBMGByqGSM49AgEG\nCCqGSM49canarypemline2AwEHBG0wawIBAQQg\n-----END PRIVATE KEY-----\n",
  token: "canary-token-3c9a61d8",
  password: "canary-password-etcd",
};

/** Every form in which a canary could be told. */
function formsOf(text: string): string[] {
  const bytes = Buffer.from(text);
  const lines = text.split("\n").filter((line) => line.includes("canary"));
  return [...lines, ...lines.map((line) => JSON.stringify(line).slice(1, -1)), ...lines.map(encodeURIComponent), bytes.toString("base64"), bytes.toString("base64url"), bytes.toString("hex")];
}

function assertNoCanary(emitted: string, privateKey: string): void {
  // Parts of them count as well: nothing else has this word in it.
  const forms = ["canary", ...Object.values(CANARIES).flatMap(formsOf), privateKey];
  for (const form of forms) assert.ok(!emitted.includes(form), `${JSON.stringify(form)} was told:\n${emitted.slice(Math.max(0, emitted.indexOf(form) - 300), emitted.indexOf(form) + 300)}`);
}

async function makeKey(app: Project): Promise<{ readonly publicKey: string; readonly privateKey: string }> {
  const { stdout } = await remora(["secret", "keygen", "--out", app.directory.join("own.key")]);
  const privateKey = /remora-private-key:v1:(\S+)/.exec((await app.read("own.key")) ?? "")?.[1] ?? "";
  return { publicKey: stdout.trim(), privateKey };
}

/** All that commands see beside the staged files: their arguments and their environment. */
const WITNESS = '(env; tr "\\\\0" "\\\\n" < /proc/$$/cmdline; tr "\\\\0" "\\\\n" < /proc/$PPID/cmdline) >> $DIR/witness';

test("No secret leaves for logs, errors, diffs, arguments or environments, whatever goes wrong", async () => {
  await using app = await project({
    "templates/app.njk": '{{ getv("/sealed") }}\n{{ getv("/pem") }}\n{{ getv("/switch", "on") }}\n{{ getv("/version", "1") }}\n',
    "conf.d/app.toml": `[template]\nsrc = "app.njk"\ndest = "$DIR/out/app.conf"\ncheck_cmd = '${WITNESS}; cat {{ src }}; base64 -w0 {{ src }}; grep -q "^on$" {{ src }}'\nreload_cmd = '${WITNESS}; cat $DIR/out/app.conf; test ! -e $DIR/down'\n`,
    "templates/wrong.njk": '{{ atoi(getv("/sealed")) }}',
    "conf.d/wrong.toml": '[template]\nsrc = "wrong.njk"\ndest = "$DIR/out/wrong"\n',
    "templates/parts.njk": '{{ json(getv("/sealed")).x }}',
    "conf.d/parts.toml": '[template]\nsrc = "parts.njk"\ndest = "$DIR/out/parts"\n',
    "templates/lost.njk": '{{ getv("/" ~ getv("/sealed")) }}',
    "conf.d/lost.toml": '[template]\nsrc = "lost.njk"\ndest = "$DIR/out/lost"\n',
  });
  const { publicKey, privateKey } = await makeKey(app);
  await app.write("token", CANARIES.token);
  await app.write("password", CANARIES.password);
  const emitted: string[] = [];
  const run = async (args: readonly string[], input?: string) => {
    const { stdout, stderr } = await app.remora(args, input === undefined ? {} : { input });
    emitted.push(stdout, stderr);
  };
  const keyring = ["--keyring", app.directory.join("own.key")];
  await run(["secret", "put", "/sealed", "--to", publicKey, "--verbose"], CANARIES.sealed);
  await run(["secret", "put", "/pem", "--to", publicKey], CANARIES.pem);

  // What works, and what the units fail with.
  await run(["render", "--dry-run", "--verbose", ...keyring]);
  await run(["render", "--verbose", ...keyring]);
  for (const args of [["check", "--online"], ["explain"], ["explain", "--json"], ["secret", "list"], ["secret", "verify"], ["keys"]]) await run([...args, "--verbose", ...keyring]);
  await app.remora(["keys", "put", "/switch", "off"]);
  await run(["render", "--verbose", "--log-format", "json", ...keyring]);
  await app.remora(["keys", "put", "/switch", "on"]);

  // The daemon: a reload that fails and prints the secret, then values, keys and files that are damaged.
  await app.write("down", "yes");
  await app.remora(["keys", "put", "/version", "2"]);
  await using running = await app.start(["--verbose", ...keyring]);
  await failing(running, "reload");
  const socket = app.directory.join("state/remora.sock");
  await using following = await followEvents(socket);
  const look = async () => {
    for (const path of ["/status", "/ready", "/metrics", "/diffs"]) emitted.push((await ask(socket, path)).body);
  };
  await look();
  const envelope = (await app.remora(["keys", "get", "/sealed"])).stdout.trim();
  await app.remora(["keys", "put", "/sealed", envelope.slice(0, -8)]);
  await failing(running, "render");
  await look();
  await app.remora(["keys", "put", "/sealed", envelope]);
  await chmod(app.directory.join("own.key"), 0o644);
  await app.write("own.key", `${(await app.read("own.key")) ?? ""}remora-private-key:v1:${privateKey.slice(0, 30)}\n`);
  running.signal("SIGHUP");
  await running.waitForLog("Took up a new configuration");
  await eventually(() => assert.ok(running.lines.some(({ error }) => /lets others use it/.test(String(error))), "not yet"));
  await look();
  await run(["status"]);
  await eventually(() => assert.ok(following.events.some(({ event }) => event === "update"), "not yet"));
  await running.stop();
  assert.match(emitted.join("\n"), /It holds secrets/, "a diff was withheld");
  emitted.push(following.text());
  emitted.push(...running.lines.map((line) => Object.values(line).join("\n")), JSON.stringify(running.lines));

  // The stores' credentials: accepted, refused, and of a store that is not there.
  await using etcd = await startEtcd();
  await using consul = await startConsul();
  const nowhere = `http://127.0.0.1:${await freePort()}`;
  const login = ["--etcd-username", "root", "--etcd-password-file", app.directory.join("password")];
  for (const endpoint of [etcd.url, nowhere]) {
    await run(["render", "--verbose", "--timeout", "1s", "--backend", "etcd", "--etcd-endpoints", endpoint, ...login, ...keyring]);
    await run(["keys", "put", "/x", "y", "--verbose", "--timeout", "1s", "--backend", "etcd", "--etcd-endpoints", endpoint, ...login]);
  }
  for (const address of [consul.url, nowhere, etcd.url]) {
    const token = ["--consul-address", address, "--consul-token-file", app.directory.join("token")];
    await run(["render", "--verbose", "--timeout", "1s", "--backend", "consul", ...token, ...keyring]);
    await run(["keys", "put", "/x", "y", "--verbose", "--timeout", "1s", "--backend", "consul", ...token]);
  }

  assert.match((await readFile(app.directory.join("out/app.conf"), "utf8")) ?? "", /canary-sealed/, "the target has it");
  const witness = (await app.read("witness")) ?? "";
  assert.match(witness, /REMORA_UNIT=app/);
  emitted.push(witness, (await app.read("state/state.json")) ?? "");
  assert.ok(emitted.join("").includes("[redacted]"), "something was hidden");
  assertNoCanary(emitted.join("\n"), privateKey);
});

async function failing(running: RunningRemora, step: string): Promise<void> {
  await eventually(() => assert.ok(running.lines.some((line) => line.msg === "Unit failed" && line.step === step), JSON.stringify(running.lines)));
}
