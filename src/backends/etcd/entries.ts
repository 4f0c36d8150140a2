import type { KeyValue, WatchEvent } from "../../clients/etcd/messages.ts";
import { type Change, type Entry, toValue } from "../../core/entry.ts";
import { type Key, storedKey } from "../../core/key.ts";
import type { Logger } from "../../core/ports.ts";

/** Makes entries and changes of what etcd stores; what has no canonical key is left out. */
export interface EntryReader {
  entry(kv: KeyValue): Entry | undefined;
  change(event: WatchEvent): Change | undefined;
}

/** A reader that warns of the first key it leaves out, and not again. */
export function entryReader(log: Logger): EntryReader {
  let warned = false;
  const keyOf = (kv: KeyValue): Key | undefined => {
    const name = toValue(kv.key);
    const key = typeof name === "string" ? storedKey(name) : undefined;
    if (key !== undefined || warned) return key;
    warned = true;
    log.warn("Left out keys that are not canonical", { backend: "etcd", first: typeof name === "string" ? name : "(not UTF-8)" });
    return undefined;
  };
  const entry = (kv: KeyValue): Entry | undefined => {
    const key = keyOf(kv);
    return key === undefined ? undefined : { key, value: toValue(kv.value), revision: kv.modRevision };
  };
  return {
    entry,
    change({ type, kv }) {
      if (type === "put") {
        const put = entry(kv);
        return put && { type: "put", entry: put };
      }
      const key = keyOf(kv);
      return key && { type: "delete", key };
    },
  };
}
