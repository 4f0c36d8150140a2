import { createMemo } from "../core/memo.ts";

/** What Go templates make of lists; fifty units that list the same thousand keys share it. */
export const memo = createMemo();
