/** What confd 0.41 was seen to do in the situation of a case, by the case's groups and name. */
export const CONFD = {
  "Store odd: etcd: is restored from an older snapshot: the old value is applied, and the changes after it": "blind: no update for 23 s with two puts, until the revision has caught up",
  "Store odd: Consul: is restored from an older snapshot: the old value is applied, and the changes after it": "blind: no update for 24 s with two puts, until the index has caught up",
  "Store odd: Consul: loses its data, so that its index begins anew: what it waits for is said, and a new value is applied": "blind until the index has caught up, or the blocking query ends after 5 minutes",
  "Storms: 10,000 changes in 5 s: the last value is on disk and loaded, with few reloads": "300 puts in 0.3 s made 98 writes and 98 reloads",
  "Storms: a change in the middle of the reload: the files are not swapped under it, and another reload follows": "file backend: a change made while rendering or reloading is lost for good",
  "Commands: the reload backgrounds a child that keeps its pipes: nothing waits for it": "the template hangs; the timeout is not enforced",
  "Commands: the reload fails for a while: due until it succeeded with what is on disk": "never retried; the new file stays active",
  "Disk: has the target under a bind mount: written in place, with a warning, and whole": "torn reads, no chmod, then endless rewriting and reloading",
  "Disk: has the target behind a symlink that is turned elsewhere: the file behind it is written, the link stays": "the link is replaced by a file",
  "Itself: SIGHUP with a good configuration while the store is away: taken up, and applied when it is back": "SIGHUP wedges the watch of etcd: templates whose key changed are no longer updated",
};
