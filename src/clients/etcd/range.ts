import { callMetadata, type EtcdClient } from "./client.ts";
import { decodeRangeResponse, encodeRangeRequest, type Header, type KeyRange, type KeyValue, type RangeResponse } from "./messages.ts";
import { unary } from "./unary.ts";

export interface ReadRangeOptions {
  /** 0 is the newest; the pages after the first are read at the revision of the first. */
  readonly revision: number;
  readonly signal: AbortSignal;
  /** Called with the number of keys of each page. */
  readonly onPage?: ((keys: number) => void) | undefined;
}

export interface RangeReading {
  /** Of the first page. */
  readonly header: Header;
  readonly kvs: readonly KeyValue[];
}

const PAGE_KEYS = 5_000;
const PAGE_DEADLINE_MS = 15_000;

/** Reads all keys of a range as of one revision, page by page, in the order of the keys. Throws an RpcError, or the signal's reason. */
export async function readRange(client: EtcdClient, range: KeyRange, { revision, signal, onPage }: ReadRangeOptions): Promise<RangeReading> {
  const first = await readPage(client, range, revision, signal);
  onPage?.(first.kvs.length);
  const kvs = [...first.kvs];
  for (let page = first; page.more; ) {
    const last = page.kvs.at(-1);
    if (last === undefined) break;
    page = await readPage(client, { key: keyAfter(last.key), end: range.end }, revision === 0 ? first.header.revision : revision, signal);
    onPage?.(page.kvs.length);
    for (const kv of page.kvs) kvs.push(kv);
  }
  return { header: first.header, kvs };
}

async function readPage(client: EtcdClient, range: KeyRange, revision: number, signal: AbortSignal): Promise<RangeResponse> {
  const request = encodeRangeRequest({ ...range, revision, limit: PAGE_KEYS });
  const answer = await client.run(signal, (connection) =>
    unary(connection.session, { path: "/etcdserverpb.KV/Range", request, metadata: callMetadata(connection), deadlineMs: PAGE_DEADLINE_MS, clock: client.clock, signal }),
  );
  return decodeRangeResponse(answer);
}

function keyAfter(key: Uint8Array): Uint8Array {
  const after = new Uint8Array(key.length + 1);
  after.set(key);
  return after;
}
