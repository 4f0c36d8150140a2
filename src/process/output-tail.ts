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
      const text = new TextDecoder().decode(kept.subarray(cut ? startOfCharacter(kept) : 0));
      return text.trimEnd().split("\n").slice(-MOST_LINES).join("\n");
    },
  };
}

/** Where the first whole character of UTF-8 begins; those that continue one are 10xxxxxx, at most three. */
function startOfCharacter(bytes: Uint8Array): number {
  const start = bytes.findIndex((byte) => (byte & 0b1100_0000) !== 0b1000_0000);
  return start > 3 ? 0 : Math.max(0, start);
}
