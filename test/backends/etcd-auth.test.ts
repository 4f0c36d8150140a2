import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { AppError } from "../../src/core/error.ts";
import { toKey } from "../../src/core/key.ts";
import { type Etcd, openEtcd, startEtcd } from "../support/etcd.ts";
import { eventually } from "../support/eventually.ts";
import { runProgram } from "../support/process.ts";
import { requireProgram } from "../support/requires.ts";
import { type TempDir, tempDir } from "../support/temp.ts";
import { readPosition, watching } from "../support/watching.ts";

const ROOT = ["--user=root:root-secret"];
const TOKEN_SECONDS = 2;

describe("etcd with users and tokens that expire", () => {
  let directory: TempDir;
  let etcd: Etcd;

  before(async () => {
    directory = await tempDir();
    const [key, pub] = [directory.join("jwt.pem"), directory.join("jwt.pub.pem")];
    await runProgram([requireProgram("openssl"), "genrsa", "-out", key, "2048"]);
    await runProgram([requireProgram("openssl"), "rsa", "-in", key, "-pubout", "-out", pub]);
    etcd = await startEtcd({ flags: [`--auth-token=jwt,pub-key=${pub},priv-key=${key},sign-method=RS256,ttl=${TOKEN_SECONDS}s`] });
    await etcd.put("/app", "itself");
    await etcd.put("/app/key", "below");
    for (const [user, ...grants] of [
      ["both", ["/app"], ["--prefix=true", "/app/"]],
      ["below", ["--prefix=true", "/app/"]],
      ["exact", ["/app"]],
      ["other", ["--prefix=true", "/other/"]],
    ] as [string, ...string[][]][]) {
      await etcd.ctl("user", "add", `${user}:${user}-secret`);
      await etcd.ctl("role", "add", user);
      for (const [first, ...rest] of grants) await etcd.ctl("role", "grant-permission", ...(rest.length > 0 ? [first as string] : []), user, "read", ...(rest.length > 0 ? rest : [first as string]));
      await etcd.ctl("user", "grant-role", user, user);
    }
    await etcd.ctl("user", "add", "root:root-secret");
    await etcd.ctl("user", "grant-role", "root", "root");
    await etcd.ctl("auth", "enable");
  });
  after(async () => {
    await etcd?.[Symbol.asyncDispose]();
    await directory?.[Symbol.asyncDispose]();
  });

  const openAs = (user: string) => openEtcd([etcd.url], { username: user, password: `${user}-secret` });
  const keysOf = async (user: string) => {
    await using opened = await openAs(user);
    return (await opened.backend.read([toKey("/app")], { signal: AbortSignal.timeout(10_000) })).entries.map(({ key }) => key);
  };

  test("a role for the key and what is below it reads both", async () => {
    assert.deepEqual(await keysOf("both"), ["/app", "/app/key"]);
  });

  test("a role for only what is below a prefix reads and watches that", async () => {
    assert.deepEqual(await keysOf("below"), ["/app/key"]);
    await watchesAs("below", "/app/key");
  });

  test("a role for only the key itself reads and watches that", async () => {
    assert.deepEqual(await keysOf("exact"), ["/app"]);
    await watchesAs("exact", "/app");
  });

  test("writing what may not be written, or as nobody, is denied with what to do", async () => {
    const put = async (options: Parameters<typeof openEtcd>[1]) => {
      await using opened = await openEtcd([etcd.url], options);
      await using writer = await opened.backend.writer?.();
      await writer?.put(toKey("/app/key"), "1");
    };
    const refused = (why: string, hint: RegExp) => ({ code: "BACKEND_DENIED", message: `Cannot write "/app/key" in etcd at ${etcd.url}: ${why}`, hint });
    await assert.rejects(put({ username: "both", password: "both-secret" }), refused("permission denied", /grant-permission ROLE readwrite/));
    await assert.rejects(put({ username: "both", password: "wrong" }), refused("authentication failed, invalid user ID or password", /"password_file"/));
    await assert.rejects(put({}), refused("user name is empty", /wants a login/));
  });

  async function watchesAs(user: string, key: string): Promise<void> {
    await using opened = await openAs(user);
    // Without a reading before it, the watch itself finds out what it may see.
    await using reader = await openAs(user);
    const watch = watching(opened.backend, ["/app"], await readPosition(reader.backend, "/app"));
    await etcd.ctl(...ROOT, "put", key, "again");
    await eventually(() => assert.deepEqual(watch.keys, [key]));
    await watch.stop();
  }

  test("a role for something else is denied, with the prefix and a hint", async () => {
    await using opened = await openAs("other");
    const error = await failureOf(readPosition(opened.backend, "/app"));
    assert.equal(error.code, "BACKEND_DENIED");
    assert.match(error.message, /^Cannot read "\/app" from etcd at .*: permission denied$/);
    assert.match(error.hint ?? "", /grant-permission ROLE read --prefix=true \/app\//);
    const since = await (async () => {
      await using reader = await openAs("both");
      return await readPosition(reader.backend, "/app");
    })();
    await using watcher = await openAs("other");
    const failure = await watching(watcher.backend, ["/app"], since).failure;
    assert.equal(failure instanceof AppError && failure.code, "BACKEND_DENIED");
  });

  test("a wrong password is denied, and the password is in no message", async () => {
    await using opened = await openEtcd([etcd.url], { username: "both", password: "hunter2" });
    const error = await failureOf(readPosition(opened.backend, "/app"));
    assert.equal(error.code, "BACKEND_DENIED");
    assert.match(error.message, /authentication failed/);
    assert.match(error.hint ?? "", /password_file/);
    assert.doesNotMatch(`${error.message}${error.hint}`, /hunter2/);
  });

  test("no login at all is denied with a hint", async () => {
    await using opened = await openEtcd([etcd.url]);
    const error = await failureOf(readPosition(opened.backend, "/app"));
    assert.equal(error.code, "BACKEND_DENIED");
    assert.match(error.hint ?? "", /"username"/);
  });

  test("reading and watching go on after the token expired", async () => {
    await using opened = await openAs("both");
    const since = await readPosition(opened.backend, "/app");
    const running = watching(opened.backend, ["/app"], since);
    const from = performance.now();
    await eventually(() => assert.ok(performance.now() - from > (TOKEN_SECONDS + 2) * 1_000, "not yet"), { within: 8_000, every: 100 });
    const later = watching(opened.backend, ["/app"], since);
    await etcd.ctl(...ROOT, "put", "/app/late", "1");
    await eventually(() => assert.deepEqual([running.keys, later.keys], [["/app/late"], ["/app/late"]]));
    const rereads = await Promise.all([readPosition(opened.backend, "/app"), readPosition(opened.backend, "/app")]);
    assert.ok(rereads.every(({ revision }) => revision > since.revision));
    await running.stop();
    await later.stop();
  });

  test("a token from before a change of roles is replaced", async () => {
    await using opened = await openAs("both");
    await readPosition(opened.backend, "/app");
    await etcd.ctl(...ROOT, "role", "add", "new-role");
    await readPosition(opened.backend, "/app");
  });

  test("a password file that was replaced is read again", async () => {
    const passwordFile = await directory.write("password", "wrong\n");
    await using opened = await openEtcd([etcd.url], { username: "both", passwordFile });
    await assert.rejects(readPosition(opened.backend, "/app"), { code: "BACKEND_DENIED" });
    await directory.write("password", "both-secret\n");
    await readPosition(opened.backend, "/app");
  });

  test("a login is needless, but harmless, where etcd asks nobody for one", async () => {
    await using open = await startEtcd();
    await using opened = await openEtcd([open.url], { username: "somebody", password: "secret" });
    assert.ok((await readPosition(opened.backend, "/app")).revision > 0);
  });
});

async function failureOf(promise: Promise<unknown>): Promise<AppError> {
  const error = await promise.then(() => assert.fail("It did not fail"), (thrown: unknown) => thrown);
  assert.ok(error instanceof AppError);
  return error;
}
