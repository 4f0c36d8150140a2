import assert from "node:assert/strict";
import { test } from "node:test";
import type { Health } from "../../../src/core/instance.ts";
import { createTally, worst } from "../../../src/registrar/checks/tally.ts";

const HEALTH: Readonly<Record<string, Health>> = { p: "passing", w: "warning", c: "critical" };

/** The health after each result; each is written as its first letter. */
function healths(results: string, limits: { readonly rise: number; readonly fall: number }): string {
  const tally = createTally(limits);
  return [...results].map((letter) => tally.add(HEALTH[letter] ?? "critical")[0]).join("");
}

test("The first result counts at once, and so does the first passing one", () => {
  assert.equal(healths("p", { rise: 3, fall: 3 }), "p");
  assert.equal(healths("cccp", { rise: 3, fall: 3 }), "cccp");
});

test("It takes as many failures in a row as configured, and one passing result begins anew", () => {
  assert.equal(healths("pccpccc", { rise: 2, fall: 3 }), "ppppppc");
});

test("To come back it takes as many passing results in a row as configured", () => {
  assert.equal(healths("pcppcppp", { rise: 3, fall: 1 }), "pcccccc" + "p");
});

test("Results that are worse in different degrees count together, and the last one is taken", () => {
  assert.equal(healths("pwcw", { rise: 1, fall: 3 }), "pppw");
  assert.equal(healths("pwwc", { rise: 1, fall: 2 }), "ppww");
});

test("A result that is better and one that is worse do not add up", () => {
  assert.equal(healths("pwcpcpc", { rise: 2, fall: 2 }), "ppcccc" + "c");
  assert.equal(healths("pwwcpcp", { rise: 2, fall: 2 }), "ppwwwww");
});

test("Of several checks the worst counts", () => {
  assert.equal(worst(["passing", "critical", "warning"]), "critical");
  assert.equal(worst(["warning", "passing"]), "warning");
  assert.equal(worst([]), "passing");
});
