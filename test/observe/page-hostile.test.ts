import assert from "node:assert/strict";
import { after, before, describe, test, type TestContext } from "node:test";
import { AppError } from "../../src/core/error.ts";
import { toKey } from "../../src/core/key.ts";
import type { UnitState } from "../../src/core/status.ts";
import { startBrowser, type TestBrowser } from "../support/browser.ts";
import { unitReport } from "./reports.ts";
import { LOOPBACK, served } from "./support.ts";

/** Of each, how it is to be seen where it is not how it is written. */
const HOSTILE: readonly (readonly [name: string, text: string, seen?: string])[] = [
  ["an image that asks for another one", "<img src=x onerror=alert(document.domain)>"],
  ["the end of the script and another one", "</script><script>alert(1)</script>"],
  ["what ends an attribute", "\"' onfocus=alert(1) autofocus x=\"><svg onload=alert(1)>"],
  ["a style, a frame and a link", "<style>*{display:none}</style><iframe src=//evil.example></iframe><a href=javascript:alert(1)>x</a>"],
  ["text from right to left", "שלום עולם"],
  ["what turns the text around it", "/etc/\u202efnoc.exe", "/etc/\\u202efnoc.exe"],
  ["what is not seen", "pass\u200bword\u0007\u001b[31mred", "pass\\u200bword\\u0007\\u001b[31mred"],
  ["10 kB", "long ".repeat(2_000).trim()],
  ["what a template would fill in", "${alert(1)} {{ alert(1) }} %3Cscript%3E &lt;b&gt;"],
  ["what names a property of objects", "__proto__"],
];

describe("the page", () => {
  let browser: TestBrowser;
  before(async () => {
    browser = await startBrowser();
  });
  after(() => browser[Symbol.asyncDispose]());

  for (const [name, text, seen = text] of HOSTILE) {
    test(`Shows as text: ${name}`, async (t) => {
      const port = await servedWith(t, text);
      await using visit = await browser.visit(`http://127.0.0.1:${port}/`);
      const { page } = visit;
      await page.locator(".unit summary").first().click();
      await page.locator("#changes summary").first().click();
      await page.locator(".diff").waitFor();
      const places = { unit: ".unit .name", key: ".keys", target: ".unit td", message: ".unit .message", hint: ".unit .hint", output: ".unit pre", event: "#changes .event", diff: ".diff", registration: ".registrations", backend: "#backends", app: "#app", refused: "#refused", reasons: "#reasons" };
      for (const [what, place] of Object.entries(places)) {
        const shown = (await page.locator(place).allTextContents()).join("\n");
        // Of what a program printed, the colours of a terminal are left out.
        const expected = what === "output" ? seen.replace("\\u001b[31m", "") : seen;
        assert.ok(shown.includes(expected.slice(0, 300)), `the ${what} shows ${shown.slice(0, 300)}`);
      }
      assert.deepEqual(await page.evaluate("[document.scripts.length, document.styleSheets.length, document.querySelectorAll('img, svg, iframe, a, object, form').length, document.title.includes('Remora')]"), [1, 1, 0, true]);
      assert.deepEqual(await visit.complaints(), []);
      assert.deepEqual([...new Set(visit.requests)], ["/", "/events", "/diffs"].map((path) => `http://127.0.0.1:${port}${path}`));
    });
  }
});

/** Serves a status in which whatever comes from outside is this text. */
async function servedWith(t: TestContext, text: string): Promise<number> {
  const { recorder, port } = await served(t, { at: LOOPBACK });
  const since = recorder.now();
  const error = new AppError("CHECK_FAILED", text, { hint: text, output: text });
  const failed: UnitState = { kind: "failed", since, step: "check", error };
  recorder.begin([text]);
  recorder.observe({ kind: "unit state", unit: text, state: failed });
  recorder.log({ time: new Date(since), level: "info", message: "Committed", fields: { unit: text, [text]: text, error: text, output: text } });
  const after = Buffer.from(`${text}\n`);
  recorder.observe({ kind: "written", unit: text, files: [{ target: text, sensitive: false, isOpen: true, bytes: after.length, before: undefined, after }] });
  recorder.refuse(text, text);
  const key = { backend: text, key: toKey(text), scope: "key" as const };
  recorder.reporters.engine = () => ({
    units: [unitReport(text, failed, { used: [{ ...key, backend: "etcd", key: text as typeof key.key }], revisions: { [text]: 1 }, targets: [{ path: text, written: text, applied: text, sensitive: false }] })],
    backends: [{ backend: text, state: { kind: "down", since, error }, watches: [key.key], reads: 1, outages: 1, revision: 1, keys: 1, cachedAt: undefined }],
  });
  recorder.reporters.registries = () => [{ registry: text, down: error, ids: [text], pending: new Map(), lease: { kind: text, id: text, ttl: 1_000 } }];
  recorder.reporters.certificates = () => new Map([[text, { kind: "failing", names: [text], until: since, error }]]);
  recorder.reporters.app = () => ({ kind: "ended", program: text, pid: undefined, startedAt: undefined, starts: 1, crashes: 1, lastEnd: text, nextStart: undefined });
  return port;
}
