const MOST_BYTES = 4_096;
const MOST_LINES = 20;

/** Keeps the end of what a command prints, however much that is. */
export interface OutputTail {
  add(chunk: Uint8Array): void;
  /** The last lines, at most 20 and 4 KiB. */
  text(): string;
}

export function outputTail(): OutputTail {
  let kept = new Uint8Array();
  return {
    add(chunk) {
      const end = chunk.subarray(Math.max(0, chunk.length - MOST_BYTES));
      const before = kept.subarray(Math.max(0, kept.length + end.length - MOST_BYTES));
      const joined = new Uint8Array(before.length + end.length);
      joined.set(before);
      joined.set(end, before.length);
      kept = joined;
    },
    text() {
      return new TextDecoder().decode(kept).trimEnd().split("\n").slice(-MOST_LINES).join("\n");
    },
  };
}
