const MOST_BYTES = 4_096;
const MOST_LINES = 20;
const CUT = "[...]";

/** Keeps the end of what a command prints, however much that is. */
export interface OutputTail {
  add(chunk: Uint8Array): void;
  /** The last whole lines, at most 20 and 4 KiB; of one that is longer nothing. */
  text(): string;
}

export function outputTail(): OutputTail {
  let kept = new Uint8Array();
  let cut = false;
  return {
    add(chunk) {
      cut ||= kept.length + chunk.length > MOST_BYTES;
      const end = chunk.subarray(Math.max(0, chunk.length - MOST_BYTES));
      const before = kept.subarray(Math.max(0, kept.length + end.length - MOST_BYTES));
      const joined = new Uint8Array(before.length + end.length);
      joined.set(before);
      joined.set(end, before.length);
      kept = joined;
    },
    text() {
      const lines = new TextDecoder().decode(kept).trimEnd().split("\n");
      // A line without its beginning may be the end of a secret, which is known by the whole of it alone.
      if (cut) lines[0] = CUT;
      return lines.slice(-MOST_LINES).join("\n");
    },
  };
}
