import type { StatusDocument } from "../core/status-document.ts";

const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 5_000;
/** Remora tells something every 5 s. */
const SILENCE_MS = 15_000;
/** Pages that nobody sees leave their place to others. */
const HIDDEN_MS = 60_000;

export interface StreamOptions {
  /** The whole, or what has changed. */
  readonly onDocument: (document: StatusDocument, isWhole: boolean) => void;
  readonly onConnection: (is: "live" | "lost") => void;
}

/** Follows /events for as long as the page is seen, again and again. */
export function follow({ onDocument, onConnection }: StreamOptions): void {
  let source: EventSource | undefined;
  let retryIn = FIRST_RETRY_MS;
  let retry: number | undefined;
  let silence: number | undefined;
  let hidden: number | undefined;

  const close = () => {
    source?.close();
    source = undefined;
    clearTimeout(retry);
    clearTimeout(silence);
  };
  const lose = () => {
    close();
    onConnection("lost");
    retry = setTimeout(open, retryIn);
    retryIn = Math.min(retryIn * 2, LAST_RETRY_MS);
  };
  const hear = ({ type, data }: MessageEvent<string>) => {
    clearTimeout(silence);
    silence = setTimeout(lose, SILENCE_MS);
    retryIn = FIRST_RETRY_MS;
    onConnection("live");
    onDocument(JSON.parse(data) as StatusDocument, type === "status");
  };
  const rest = () => {
    close();
    onConnection("lost");
  };
  function open(): void {
    close();
    // The address of the page may have the token in it as a password, with which nothing may be asked for.
    source = new EventSource(new URL("/events", location.origin));
    source.addEventListener("status", hear);
    source.addEventListener("update", hear);
    source.addEventListener("error", lose);
    silence = setTimeout(lose, SILENCE_MS);
  }
  document.addEventListener("visibilitychange", () => {
    clearTimeout(hidden);
    if (document.hidden) hidden = setTimeout(rest, HIDDEN_MS);
    else if (source === undefined) open();
  });
  open();
}
