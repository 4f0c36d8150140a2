/** More than what a process can leave behind in its pipe: others may print into it for ever. */
export const MOST_AFTER_EXIT_BYTES = 1_048_576;

/** Resolves when a turn of the event loop, which reads what there is, brought nothing more, given how many bytes were read; not while there is more for sure. */
export async function untilQuiet(bytesRead: () => number, hasMore: () => boolean = () => false): Promise<void> {
  const most = bytesRead() + MOST_AFTER_EXIT_BYTES;
  // The turn in which a process is seen to end may not have read its pipes.
  for (let before = -1; bytesRead() < most && (before < bytesRead() || hasMore()); ) {
    before = bytesRead();
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
}
