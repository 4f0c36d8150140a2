import assert from "node:assert/strict";
import { existsSync, statSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { test } from "node:test";
import { filesBelow, textOf } from "../support/sources.ts";

const ROOT = new URL("../..", import.meta.url).pathname;
const PAGES = ["README.md", "CHANGELOG.md", ...["docs", "templates", "examples"].flatMap(filesBelow).filter((path) => path.endsWith(".md"))];

test("links of the pages lead to files and headings that are there", () => {
  const dead = PAGES.flatMap((page) => linksOf(page).filter((link) => !leadsSomewhere(page, link)).map((link) => `${page}: ${link}`));
  assert.deepEqual(dead, []);
});

/** Those within the project. */
function linksOf(page: string): readonly string[] {
  return [...proseOf(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = ""]) => link).filter((link) => !/^[a-z]+:/.test(link));
}

function leadsSomewhere(page: string, link: string): boolean {
  const [path = "", heading] = link.split("#");
  const target = path === "" ? page : normalize(join(dirname(page), path));
  if (!existsSync(join(ROOT, target))) return false;
  return heading === undefined || statSync(join(ROOT, target)).isDirectory() || anchorsOf(target).includes(heading);
}

/** As GitHub makes them of headings. */
function anchorsOf(page: string): readonly string[] {
  return [...proseOf(page).matchAll(/^#+ (.*)$/gm)].map(([, title = ""]) => title.trim().toLowerCase().replace(/[^\p{L}\p{N}_ -]/gu, "").replaceAll(" ", "-"));
}

function proseOf(page: string): string {
  return textOf(page).replace(/^```[^]*?^```$/gm, "");
}
