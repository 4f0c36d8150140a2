/** Runs an act so that calls which come while it runs share one more run, begun after them. */
export function groupCommit(act: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> = Promise.resolve();
  let next: Promise<void> | undefined;
  return () => {
    next ??= running
      .catch(() => {})
      .then(() => {
        next = undefined;
        running = act();
        return running;
      });
    return next;
  };
}
