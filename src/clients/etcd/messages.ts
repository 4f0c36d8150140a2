import { MessageReader, MessageWriter } from "./protobuf.ts";

// The numbers of the fields are those of etcd's rpc.proto and kv.proto.

/** A range of keys, [key, end); a single key when there is no end. */
export interface KeyRange {
  readonly key: Uint8Array;
  readonly end?: Uint8Array | undefined;
}

export interface RangeRequest extends KeyRange {
  readonly limit: number;
  /** 0 is the newest. */
  readonly revision: number;
}

export function encodeRangeRequest({ key, end, limit, revision }: RangeRequest): Uint8Array {
  return new MessageWriter().bytes(1, key).bytes(2, end ?? NONE).integer(3, limit).integer(4, revision).finish();
}

export interface Header {
  readonly clusterId: string;
  readonly revision: number;
}

export interface KeyValue {
  readonly key: Uint8Array;
  readonly value: Uint8Array;
  readonly modRevision: number;
}

export interface RangeResponse {
  readonly header: Header;
  readonly kvs: readonly KeyValue[];
  /** Whether the limit left keys out. */
  readonly more: boolean;
}

export function decodeRangeResponse(bytes: Uint8Array): RangeResponse {
  const reader = new MessageReader(bytes);
  let [header, more] = [NO_HEADER, false];
  const kvs: KeyValue[] = [];
  for (let field = reader.next(); field !== undefined; field = reader.next()) {
    if (field === 1) header = decodeHeader(reader.bytes());
    else if (field === 2) kvs.push(decodeKeyValue(reader.bytes()));
    else if (field === 3) more = reader.bool();
    else reader.skip();
  }
  return { header, kvs, more };
}

export interface WatchCreateRequest extends KeyRange {
  /** The first revision to tell of. */
  readonly startRevision: number;
}

/** A WatchRequest that creates a watch, with a word now and then when nothing changes. */
export function encodeWatchCreate({ key, end, startRevision }: WatchCreateRequest): Uint8Array {
  const create = new MessageWriter().bytes(1, key).bytes(2, end ?? NONE).integer(3, startRevision).bool(4, true);
  return new MessageWriter().message(1, create.finish()).finish();
}

/** A WatchRequest that asks how far the watches of the stream are. */
export function encodeWatchProgress(): Uint8Array {
  return new MessageWriter().message(3, NONE).finish();
}

export interface WatchEvent {
  readonly type: "put" | "delete";
  readonly kv: KeyValue;
}

export interface WatchResponse {
  readonly header: Header;
  readonly watchId: number;
  readonly created: boolean;
  readonly canceled: boolean;
  /** Above 0 when the watch was canceled because its revisions are compacted. */
  readonly compactRevision: number;
  readonly cancelReason: string;
  readonly events: readonly WatchEvent[];
}

export function decodeWatchResponse(bytes: Uint8Array): WatchResponse {
  const reader = new MessageReader(bytes);
  let [header, watchId, created, canceled, compactRevision, cancelReason] = [NO_HEADER, 0, false, false, 0, ""];
  const events: WatchEvent[] = [];
  for (let field = reader.next(); field !== undefined; field = reader.next()) {
    if (field === 1) header = decodeHeader(reader.bytes());
    else if (field === 2) watchId = reader.integer();
    else if (field === 3) created = reader.bool();
    else if (field === 4) canceled = reader.bool();
    else if (field === 5) compactRevision = reader.integer();
    else if (field === 6) cancelReason = reader.text();
    else if (field === 11) events.push(decodeEvent(reader.bytes()));
    else reader.skip();
  }
  return { header, watchId, created, canceled, compactRevision, cancelReason, events };
}

export function encodeAuthenticateRequest(username: string, password: string): Uint8Array {
  return new MessageWriter().text(1, username).text(2, password).finish();
}

/** The token of an AuthenticateResponse. */
export function decodeAuthenticateResponse(bytes: Uint8Array): string {
  const reader = new MessageReader(bytes);
  let token = "";
  for (let field = reader.next(); field !== undefined; field = reader.next()) {
    if (field === 2) token = reader.text();
    else reader.skip();
  }
  return token;
}

function decodeHeader(bytes: Uint8Array): Header {
  const reader = new MessageReader(bytes);
  let { clusterId, revision } = NO_HEADER;
  for (let field = reader.next(); field !== undefined; field = reader.next()) {
    if (field === 1) clusterId = reader.id();
    else if (field === 3) revision = reader.integer();
    else reader.skip();
  }
  return { clusterId, revision };
}

function decodeEvent(bytes: Uint8Array): WatchEvent {
  const reader = new MessageReader(bytes);
  let type: WatchEvent["type"] = "put";
  let kv = NO_KEY_VALUE;
  for (let field = reader.next(); field !== undefined; field = reader.next()) {
    if (field === 1) type = reader.integer() === 1 ? "delete" : "put";
    else if (field === 2) kv = decodeKeyValue(reader.bytes());
    else reader.skip();
  }
  return { type, kv };
}

function decodeKeyValue(bytes: Uint8Array): KeyValue {
  const reader = new MessageReader(bytes);
  let { key, value, modRevision } = NO_KEY_VALUE;
  for (let field = reader.next(); field !== undefined; field = reader.next()) {
    if (field === 1) key = reader.bytes();
    else if (field === 3) modRevision = reader.integer();
    else if (field === 5) value = reader.bytes();
    else reader.skip();
  }
  return { key, value, modRevision };
}

const NONE = new Uint8Array(0);
const NO_HEADER: Header = { clusterId: "0", revision: 0 };
const NO_KEY_VALUE: KeyValue = { key: NONE, value: NONE, modRevision: 0 };
