import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { requireProgram } from "./requires.ts";

/** A page in a real browser, and everything that it did beside showing something. */
export interface Visit extends AsyncDisposable {
  readonly page: Page;
  /** The address of each request. */
  readonly requests: readonly string[];
  /** Dialogs, errors of scripts, errors in the console and what the page's policy forbade. */
  readonly complaints: () => Promise<readonly string[]>;
}

export interface TestBrowser extends AsyncDisposable {
  visit(url: string, options?: BrowserContextOptions): Promise<Visit>;
}

/** Starts Chromium, without a window. */
export async function startBrowser(): Promise<TestBrowser> {
  const browser = await chromium.launch({ executablePath: requireProgram("chromium"), args: process.getuid?.() === 0 ? ["--no-sandbox"] : [] });
  return { visit: (url, options = {}) => visit(browser, url, options), [Symbol.asyncDispose]: () => browser.close() };
}

async function visit(browser: Browser, url: string, options: BrowserContextOptions): Promise<Visit> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const requests: string[] = [];
  const complaints: string[] = [];
  page.setDefaultTimeout(PATIENCE_MS);
  page.on("request", (request) => requests.push(request.url()));
  page.on("pageerror", ({ message }) => complaints.push(message));
  page.on("console", (message) => void (message.type() === "error" && complaints.push(message.text())));
  page.on("dialog", async (dialog) => {
    complaints.push(`a dialog: ${dialog.message()}`);
    await dialog.dismiss();
  });
  await page.addInitScript("window.forbidden = []; addEventListener('securitypolicyviolation', (event) => window.forbidden.push(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`))");
  await page.goto(url);
  return {
    page,
    requests,
    complaints: async () => [...complaints, ...(await page.evaluate<string[]>("window.forbidden"))],
    [Symbol.asyncDispose]: () => context.close(),
  };
}

const PATIENCE_MS = 15_000;
