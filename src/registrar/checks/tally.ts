import type { Health } from "../../core/instance.ts";

/** How a check stands, by its results in their order. */
export interface Tally {
  add(result: Health): Health;
}

const WORSE: Readonly<Record<Health, number>> = { passing: 0, warning: 1, critical: 2 };

/** The first result counts at once, as does the first passing one; after that it takes `fall` worse or `rise` better ones in a row. */
export function createTally({ rise, fall }: { readonly rise: number; readonly fall: number }): Tally {
  let [health, passed] = [undefined as Health | undefined, false];
  let streak = { worse: false, length: 0 };
  return {
    add(result) {
      const atOnce = health === undefined || (!passed && result === "passing");
      passed ||= result === "passing";
      if (health === undefined || atOnce || result === health) {
        streak = { worse: false, length: 0 };
        return (health = result);
      }
      const worse = WORSE[result] > WORSE[health];
      streak = { worse, length: worse === streak.worse ? streak.length + 1 : 1 };
      if (streak.length < (worse ? fall : rise)) return health;
      streak = { worse, length: 0 };
      return (health = result);
    },
  };
}

/** The worst of all; passing when there are none. */
export function worst(all: Iterable<Health>): Health {
  return [...all].reduce((a, b) => (WORSE[b] > WORSE[a] ? b : a), "passing");
}
