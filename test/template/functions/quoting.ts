import fc from "fast-check";
import type { RenderContext } from "../../../src/core/template.ts";
import { FUNCTIONS } from "../../../src/template/index.ts";

/** Texts of any characters, and of those that mean something to one of the formats. */
export const texts = fc.oneof(
  fc.string({ unit: fc.constantFrom(...`'"\\$\`#%{}[]();,:=!&*?~<>-@|^ \n\r\t\0\x1a\x7f\x85abn0é\u2028\ufeff😀`), maxLength: 30 }),
  fc.string({ unit: "binary", maxLength: 30 }),
  fc.constantFrom("", " ", "~", "null", "true", "0x10", "1e3", "2024-01-31", "- a", "a: b", "<?php", "?>", "-- ", "\r\n", "$HOME ${PATH} $(id)", "%[env(HOME)]", "x".repeat(500)),
);

/** Some of them without what no configuration can hold, for a program that reads them all at once. */
export function samples(count = 200): string[] {
  return fc.sample(texts, count).map((value) => value.replaceAll("\0", ""));
}

/** What a function of templates writes. */
export function quote(name: string, ...args: readonly unknown[]): string {
  const definition = FUNCTIONS.find((one) => one.name === name);
  return String(definition?.call({} as RenderContext, ...args));
}
