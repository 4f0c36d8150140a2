import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, before, describe, test } from "node:test";
import { AppError } from "../../src/core/error.ts";
import type { UnitState } from "../../src/core/status.ts";
import type { Recorder } from "../../src/observe/recorder.ts";
import { startBrowser, type TestBrowser } from "../support/browser.ts";
import { eventually } from "../support/eventually.ts";
import { ask } from "../support/status.ts";
import { fill, unitReport } from "./reports.ts";
import { LOOPBACK, served } from "./support.ts";

/** What is as old changes its age once a minute. */
const HOURS_MS = 7_230_000;

/** Gives a recorder so many units that are applied. */
function applied(recorder: Recorder, count: number): void {
  const state: UnitState = { kind: "applied", since: recorder.now() - HOURS_MS };
  const units = Array.from({ length: count }, (_, index) => unitReport(`unit-${index}`, state));
  recorder.begin(units.map(({ unit }) => unit));
  recorder.reporters.engine = () => ({ units, backends: [] });
}

describe("the page", () => {
  let browser: TestBrowser;
  before(async () => {
    browser = await startBrowser();
  });
  after(() => browser[Symbol.asyncDispose]());

  test("Is one file that may run its own script, use its own style, ask its own origin, and nothing else", async (t) => {
    const { port } = await served(t, { at: LOOPBACK });
    const { status, headers, body } = await ask(port, "/");
    const hash = (tag: string) => `'sha256-${createHash("sha256").update(body.slice(body.indexOf(`<${tag}>`) + tag.length + 2, body.lastIndexOf(`</${tag}>`))).digest("base64")}'`;
    assert.deepEqual([status, headers["content-type"], headers["x-content-type-options"], headers["referrer-policy"]], [200, "text/html; charset=utf-8", "nosniff", "no-referrer"]);
    const policy = String(headers["content-security-policy"]).split("; ");
    for (const rule of ["default-src 'none'", `script-src ${hash("script")}`, `style-src ${hash("style")}`, "connect-src 'self'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'none'"]) assert.ok(policy.includes(rule), `${rule} in ${policy.join("; ")}`);
    assert.doesNotMatch(body, /innerHTML|insertAdjacentHTML|document\.write|\beval\(|https?:\/\/(?!www\.w3\.org)/);
  });

  test("Shows units with what failed, backends, registrations, the app and what happened", async (t) => {
    const { recorder, port } = await served(t, { at: LOOPBACK });
    fill(recorder);
    const { units, backends } = recorder.reporters.engine?.() ?? { units: [], backends: [] };
    recorder.reporters.engine = () => ({ units: units.map((unit) => ({ ...unit, retryAt: recorder.now() - HOURS_MS })), backends });
    await using visit = await browser.visit(`http://127.0.0.1:${port}/`);
    const { page } = visit;
    await page.getByText("db", { exact: true }).first().click();
    await page.getByText("next try in 0s").waitFor();
    const text = await page.locator("body").innerText();
    for (const part of ["Not ready", "CHECK_FAILED", "The check says no", "Mend it", "line 3: no", "/etc/db", "etcd:/name", "etcd:7", "consul", "Nobody answers", "Our copy is stale for ", "refused", "Somebody else has it", "lease of 30s", "nginx", "4711", "logstash.example", "No store for it", "Unit failed"]) assert.ok(text.includes(part), `${part} in ${text}`);
    assert.match(await page.title(), /not ready/);
    assert.deepEqual(await page.locator(".unit .name").allInnerTexts(), ["db", "web"], "what is not well comes first");
    assert.deepEqual(await visit.complaints(), []);
  });

  test("Says whom a reload that waits for its lock waits for, and it can be sought", async (t) => {
    const { recorder, port } = await served(t, { at: LOOPBACK });
    const lockedBy = 'the reload of unit "web" failed on web-3 at 2026-11-21T12:00:00.000Z';
    recorder.reporters.engine = () => ({ units: [unitReport("web", { kind: "reload due", since: recorder.now(), lockedBy }, { reloadDue: true })], backends: [] });
    await using visit = await browser.visit(`http://127.0.0.1:${port}/`);
    await visit.page.locator(".unit .summary").getByText(lockedBy).waitFor();
    await visit.page.locator("#filter").fill("web-3");
    assert.equal(await visit.page.locator("#left").innerText(), "1 of 1");
  });

  test("Is used by keys: the filter with a slash, units with arrows, and what is open stays open with the focus where it was", async (t) => {
    const { recorder, port } = await served(t, { at: LOOPBACK });
    fill(recorder);
    await using visit = await browser.visit(`http://127.0.0.1:${port}/`);
    const { page } = visit;
    await page.locator(".unit").first().waitFor();
    await page.keyboard.press("/");
    await page.keyboard.type("web app");
    assert.deepEqual(await page.locator(".unit:visible .name").allInnerTexts(), ["web"]);
    await page.keyboard.press("Escape");
    assert.equal(await page.locator(".unit:visible").count(), 2);
    await page.keyboard.press("Tab");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    const opened = page.locator(".unit:has(.name:text-is('web')) details[open] > summary:focus");
    assert.equal(await opened.count(), 1);
    assert.equal(await page.evaluate("getComputedStyle(document.activeElement).outlineStyle"), "solid", "it is seen where the focus is");
    // Now web fails, db is well again, and they change places.
    const since = recorder.now();
    const failed: UnitState = { kind: "failed", since, step: "reload", error: new AppError("RELOAD_FAILED", "The reload says no") };
    for (const unit of ["db", "web"]) recorder.observe({ kind: "unit state", unit, state: unit === "db" ? { kind: "applied", since } : failed });
    recorder.reporters.engine = () => ({ units: [unitReport("web", failed), unitReport("db", { kind: "applied", since })], backends: [] });
    recorder.log({ time: new Date(since), level: "info", message: "Something else", fields: {} });
    await page.getByText("The reload says no").last().waitFor();
    assert.deepEqual(await page.locator(".unit .name").allInnerTexts(), ["web", "db"]);
    assert.equal(await opened.count(), 1);
  });

  test("Is dark where that is wished, and fits into 360 pixels", async (t) => {
    const { recorder, port } = await served(t, { at: LOOPBACK });
    fill(recorder, { unit: "x".repeat(300), error: new AppError("CHECK_FAILED", "y".repeat(10_000), { output: "z".repeat(10_000) }) });
    const backs: string[] = [];
    for (const colorScheme of ["light", "dark"] as const) {
      await using visit = await browser.visit(`http://127.0.0.1:${port}/`, { colorScheme, viewport: { width: 360, height: 700 } });
      await visit.page.locator(".unit summary").first().click();
      await visit.page.locator(".unit pre").waitFor();
      assert.equal(await visit.page.evaluate("document.documentElement.scrollWidth"), 360, "nothing is wider");
      backs.push(await visit.page.evaluate<string>("getComputedStyle(document.body).backgroundColor"));
    }
    const [light = [], dark = []] = backs.map((back) => (back.match(/\d+/g) ?? []).map(Number));
    assert.ok(Math.min(...light) > 200 && Math.max(...dark) < 50, backs.join());
  });

  test("Follows a thousand units, of which it draws anew those alone that have changed", async (t) => {
    const { recorder, port } = await served(t, { at: LOOPBACK });
    applied(recorder, 1_000);
    await using visit = await browser.visit(`http://127.0.0.1:${port}/`);
    const { page } = visit;
    await page.locator(".unit").nth(999).waitFor();
    await page.evaluate("window.drawn = []; new MutationObserver((all) => window.drawn.push(...all.map(({ target }) => target.closest?.('.unit')?.querySelector('.name').textContent))).observe(document.getElementById('units'), { subtree: true, childList: true, attributes: true, attributeFilter: ['data-tone', 'hidden'] })");
    const { units } = recorder.reporters.engine?.() ?? { units: [] };
    const checking = unitReport("unit-500", { kind: "checking", since: recorder.now() });
    recorder.reporters.engine = () => ({ units: units.map((each) => (each.unit === checking.unit ? checking : each)), backends: [] });
    recorder.log({ time: new Date(), level: "info", message: "Something", fields: {} });
    await page.locator(".unit:has-text('checking')").waitFor();
    const drawn = await page.evaluate<string[]>("window.drawn.filter((name) => name !== undefined && name !== null)");
    assert.ok(drawn.length < 30, `${drawn.length} changes`);
    await page.getByRole("button", { name: "1 checking" }).click();
    await eventually(async () => assert.deepEqual(await page.locator(".unit:visible .name").allInnerTexts(), ["unit-500"]));
    assert.equal(await page.locator("#left").innerText(), "1 of 1000");
  });

  test("With a token it is shown to those who give it as the password that their browser asks for, and follows for them", async (t) => {
    const { recorder, port } = await served(t, { at: LOOPBACK, readToken: async () => "right-token" });
    fill(recorder);
    await using visit = await browser.visit(`http://127.0.0.1:${port}/`, { httpCredentials: { username: "me", password: "right-token" } });
    await visit.page.locator("#connection").getByText("Live", { exact: true }).waitFor();
    await visit.page.locator(".unit").first().waitFor();
    assert.ok(!(await visit.page.content()).includes("right-token"));
    assert.equal((await ask(port, "/")).status, 401);
  });
});
