import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { startBrowser, type TestBrowser } from "../support/browser.ts";
import { startEtcd } from "../support/etcd.ts";
import { eventually } from "../support/eventually.ts";
import { freePort } from "../support/process.ts";
import { project, remora } from "../support/remora.ts";
import { statusWhen } from "../support/status.ts";

describe("the page of remora run", () => {
  let browser: TestBrowser;
  before(async () => {
    browser = await startBrowser();
  });
  after(() => browser[Symbol.asyncDispose]());

  test("Shows a unit as it waits, fails and is applied, without being loaded again, and how the file changed", async () => {
    await using etcd = await startEtcd();
    await using app = await project({
      "templates/app.njk": 'name = {{ getv("/name") }}\n',
      "conf.d/app.toml": '[template]\nsrc = "app.njk"\ndest = "$DIR/out/app.conf"\ncheck_cmd = "grep -v bad {{ src }} || { echo line 1 is bad; exit 2; }"\n',
    });
    const port = await freePort();
    await using _ = await app.start(["--backend", "etcd", "--etcd-endpoints", etcd.url, "--status-listen", `127.0.0.1:${port}`]);
    await statusWhen(port, ({ units }) => assert.equal(units[0]?.state, "waiting"));
    await using visit = await browser.visit(`http://127.0.0.1:${port}/`);
    const { page } = visit;
    const unit = page.locator(".unit");
    await unit.getByText("waits for etcd:/name").first().waitFor();
    assert.equal(await page.locator("#verdict").innerText(), "Not ready");
    await etcd.put("/name", "bad");
    await unit.locator(".state").getByText("failed", { exact: true }).waitFor();
    await unit.locator("summary").click();
    await unit.getByText("line 1 is bad").waitFor();
    await etcd.put("/name", "one");
    await unit.locator(".state").getByText("applied", { exact: true }).waitFor();
    await page.locator("#verdict").getByText("Ready", { exact: true }).waitFor();
    assert.equal(await unit.getByText("line 1 is bad").count(), 0, "what failed once is not shown for ever");
    await etcd.put("/name", "<img src=x onerror=alert(1)>");
    const committed = page.locator("#changes summary");
    await eventually(async () => assert.equal(await committed.count(), 2));
    await committed.first().click();
    await page.locator(".diff .added").getByText("+name = <img src=x onerror=alert(1)>").waitFor();
    assert.deepEqual(await visit.complaints(), []);
    assert.deepEqual([...new Set(visit.requests)], ["/", "/events", "/diffs"].map((path) => `http://127.0.0.1:${port}${path}`));
    assert.equal(visit.requests.filter((url) => url.endsWith("/events")).length, 1);
  });

  test("Says that the connection is lost when Remora ends, and goes on by itself with the next one", async () => {
    await using app = await project();
    const flags = ["--status-listen", `127.0.0.1:${await freePort()}`];
    const port = Number(flags[1]?.split(":")[1]);
    await using first = await app.start(flags);
    await statusWhen(port, ({ ready }) => assert.ok(ready));
    await using visit = await browser.visit(`http://127.0.0.1:${port}/`);
    const { page } = visit;
    const connection = page.locator("#connection");
    await connection.getByText("Live", { exact: true }).waitFor();
    await page.locator("#process").getByText(`process ${first.pid}`).waitFor();
    await first.stop("SIGKILL");
    await connection.getByText(/^Connection lost, last heard \d+s ago/).waitFor();
    assert.equal(await page.locator(".unit .state").innerText(), "applied", "what was known last is still there");
    await app.write("data.yaml", "nothing: here\n");
    await using second = await app.start(flags);
    await connection.getByText("Live", { exact: true }).waitFor();
    await page.locator("#process").getByText(`process ${second.pid}`).waitFor();
    await page.locator(".unit .state").getByText("waiting", { exact: true }).waitFor();
    assert.equal(await page.locator("#changes").getByText("Stopping").count(), 0);
  });

  test("Has no secret in it, whatever fails and however the file changes", async () => {
    const canary = 'canary-sealed "quoted" \\ + / = ü and more';
    await using app = await project({
      "templates/app.njk": '{{ getv("/sealed") }}\n{{ getv("/version", "1") }}\n',
      "conf.d/app.toml": '[template]\nsrc = "app.njk"\ndest = "$DIR/out/app.conf"\nreload_cmd = "cat $DIR/out/app.conf; test ! -e $DIR/down"\n',
      "templates/wrong.njk": '{{ atoi(getv("/sealed")) }}',
      "conf.d/wrong.toml": '[template]\nsrc = "wrong.njk"\ndest = "$DIR/out/wrong"\n',
    });
    const { stdout: publicKey } = await remora(["secret", "keygen", "--out", app.directory.join("own.key")]);
    await app.remora(["secret", "put", "/sealed", "--to", publicKey.trim()], { input: canary });
    await app.write("down", "yes");
    await app.write("token", "canary-token-3c9a61d8\n");
    const port = await freePort();
    await using running = await app.start(["--keyring", app.directory.join("own.key"), "--status-listen", `127.0.0.1:${port}`, "--status-token-file", app.directory.join("token")]);
    await running.waitForLog("Telling the status");
    await using visit = await browser.visit(`http://127.0.0.1:${port}/`, { httpCredentials: { username: "me", password: "canary-token-3c9a61d8" } });
    const { page } = visit;
    const states = page.locator(".unit .state");
    await eventually(async () => assert.deepEqual(await states.allInnerTexts(), ["failed", "failed"]), { within: 15_000 });
    for (const summary of await page.locator(".unit summary, #changes summary").all()) await summary.click();
    await page.getByText("It holds secrets").waitFor();
    await page.locator(".unit pre").getByText("[redacted]").waitFor();
    await app.remora(["keys", "put", "/version", "2"]);
    await eventually(async () => assert.equal(await page.locator("#changes summary").count(), 2));
    const told = await page.content();
    assert.ok(!told.includes("canary"), told.slice(Math.max(0, told.indexOf("canary") - 300), told.indexOf("canary") + 300));
  });
});
