import assert from "node:assert/strict";
import { symlink } from "node:fs/promises";
import { createServer } from "node:net";
import { describe, test } from "node:test";
import { eventually } from "../support/eventually.ts";
import { freePort } from "../support/process.ts";
import { type Project, project, type RunningRemora } from "../support/remora.ts";
import { ask, followEvents, type Place, statusWhen } from "../support/status.ts";

const REFUSED = "Configuration refused, going on with the present one";
const TOOK_UP = "Took up a new configuration";

/** Runs with a [status] of the test's, and takes up others. */
async function startAt(app: Project, status: string): Promise<RunningRemora & { take(status: string, outcome?: string): ReturnType<RunningRemora["waitForLog"]> }> {
  await app.write("remora.toml", status);
  const running = await app.start();
  await running.waitForLog("Reloaded");
  return Object.assign(running, {
    async take(next: string, outcome = TOOK_UP) {
      const from = running.lines.length;
      await app.write("remora.toml", next);
      running.signal("SIGHUP");
      return running.waitForLog(outcome, { from });
    },
  });
}

const listen = (...addresses: readonly (string | number)[]) => `[status]\nlisten = [${addresses.map((at) => `"${typeof at === "number" ? `127.0.0.1:${at}` : at}"`).join(", ")}]\n`;
const isReady = (place: Place) => statusWhen(place, ({ ready }) => assert.ok(ready));
const isLeft = (place: Place) => eventually(() => assert.rejects(ask(place, "/live"), { code: typeof place === "string" ? "ENOENT" : "ECONNREFUSED" }));

describe("A changed [status] of a Remora that runs", () => {
  test("It listens at the new address before it leaves the former one", async () => {
    await using app = await project();
    const [former, next] = [await freePort(), await freePort()];
    await using running = await startAt(app, listen(former));
    let unanswered = 0;
    let over = false;
    const asking = (async () => {
      while (!over) await ask(former, "/live").catch(() => ask(next, "/live")).catch(() => (unanswered += 1));
    })();
    await running.take(listen(next, `unix:${app.directory.join("own.sock")}`));
    await isLeft(former);
    over = true;
    await asking;
    assert.equal(unanswered, 0);
    for (const place of [next, app.directory.join("own.sock")]) await isReady(place);
    assert.equal((await app.remora(["status", "--ready"])).code, 0);
    assert.deepEqual(running.lines.filter(({ msg }) => msg === "Telling the status no more").map(({ at }) => at), [`127.0.0.1:${former}`]);
  });

  test("It goes to a port beside the socket of the state directory, to nowhere and back", async () => {
    await using app = await project();
    const [socket, port] = [app.directory.join("state/remora.sock"), await freePort()];
    await using running = await startAt(app, "");
    await isReady(socket);
    await running.take(listen(port));
    for (const place of [socket, port]) await isReady(place);
    await running.take('[status]\nlisten = "off"\n');
    for (const place of [socket, port]) await isLeft(place);
    await running.take("");
    await isReady(socket);
  });

  test("The same port at other addresses, and the same socket by another path, are no other process's", async () => {
    await using app = await project();
    const port = await freePort();
    await symlink(app.directory.path, app.directory.join("link"));
    await app.write("token", "a-token-of-the-test\n");
    await using running = await startAt(app, listen(port, `unix:${app.directory.join("own.sock")}`));
    await running.take(`${listen(`0.0.0.0:${port}`, `unix:${app.directory.join("link/own.sock")}`)}token_file = "$DIR/token"\n`);
    await isReady(app.directory.join("own.sock"));
    assert.equal((await ask(port, "/live")).status, 401);
    assert.equal((await ask(port, "/live", { headers: { authorization: "Bearer a-token-of-the-test" } })).status, 200);
  });

  test("Another token counts at once, and who followed without it follows no more", async () => {
    await using app = await project();
    const port = await freePort();
    await app.write("token", "a-token-of-the-test\n");
    await using running = await startAt(app, listen(port));
    await using following = await followEvents(port);
    await running.take(`${listen(port)}token_file = "$DIR/token"\n`);
    await eventually(() => assert.ok(following.isOver()));
    assert.equal((await ask(port, "/live")).status, 401);
    await running.take(listen(port));
    assert.equal((await ask(port, "/live")).status, 200);
  });

  test("One that cannot be is refused whole, and it is told where it was, to those who followed too", async () => {
    await using app = await project();
    const [port, other] = [await freePort(), await freePort()];
    await using running = await startAt(app, listen(port));
    await using following = await followEvents(port);
    const taken = createServer().listen(0, "127.0.0.1");
    try {
      await eventually(() => assert.ok(taken.listening));
      const { error } = await running.take(listen(other, (taken.address() as { port: number }).port), REFUSED);
      assert.match(String(error), /Cannot tell the status at "127\.0\.0\.1:\d+": another process listens there/);
    } finally {
      taken.close();
    }
    await isLeft(other);
    assert.equal((await app.remora(["status", "--ready"])).code, 0, "a health check goes by the files that are there now, and must not end the app for them");
    const { error } = await running.take(`${listen(port)}token_file = "$DIR/missing"\n`, REFUSED);
    assert.match(String(error), /Cannot read the token of \[status\] from ".*missing": there is no such file/);
    await statusWhen(port, ({ configuration: { refused } }) => assert.match(refused?.message ?? "", /missing/));
    assert.equal(following.isOver(), false);
  });
});
