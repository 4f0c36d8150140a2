import { readFile, writeFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";

const DOCS = new URL("../docs/", import.meta.url);

/** Each generated page, and where its text comes from. */
const PAGES: Readonly<Record<string, () => Promise<string>>> = {
  "configuration.md": async () => (await import("../src/config/docs.ts")).configurationPage(),
  "errors.md": async () => (await import("../src/config/docs.ts")).errorsPage(),
  "functions.md": async () => (await import("../src/template/functions/docs.ts")).functionsPage(),
  "go-templates.md": async () => (await import("../src/gotemplate/confd/docs.ts")).goTemplatesPage(),
  "consul-template-functions.md": async () => (await import("../src/gotemplate/consul-template/docs.ts")).consulTemplatePage(),
  "metrics.md": async () => (await import("../src/observe/docs.ts")).metricsPage(),
  "logs.md": async () => (await import("../src/log/docs.ts")).logsPage(),
  "cli.md": async () => (await import("../src/cli/docs.ts")).cliPage(),
};

/** The names of the pages whose file is not what the tables in the code say. */
export async function stalePages(): Promise<string[]> {
  const stale: string[] = [];
  for (const [name, page] of Object.entries(PAGES)) {
    const present = await readFile(new URL(name, DOCS), "utf8").catch(() => "");
    if (present !== (await page())) stale.push(name);
  }
  return stale;
}

async function writePages(): Promise<void> {
  for (const name of await stalePages()) {
    await writeFile(new URL(name, DOCS), (await PAGES[name]?.()) ?? "");
    console.log(`Wrote docs/${name}`);
  }
}

async function checkPages(): Promise<void> {
  const stale = await stalePages();
  for (const name of stale) console.error(`docs/${name} is stale: run "npm run docs"`);
  if (stale.length > 0) process.exitCode = 1;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) await (process.argv.includes("--check") ? checkPages() : writePages());
