import { AppError } from "../../core/error.ts";
import { didYouMean } from "../../core/suggest.ts";
import type { Command } from "../../core/unit.ts";
import { hasCredentials } from "../../schema/values.ts";

export interface TlsFiles {
  readonly caFile?: string | undefined;
  readonly certFile?: string | undefined;
  readonly keyFile?: string | undefined;
  /** The name that the certificate has to be for, when it is not the URL's. */
  readonly serverName?: string | undefined;
  /** Undefined is yes. */
  readonly verify?: boolean | undefined;
}

/** What is looked at. */
export type Probe =
  /** Passing with exit status 0, warning with 1, critical otherwise. */
  | { readonly kind: "command"; readonly command: Command }
  /** Passing with a status of `status`, or 200 to 399, and a body that matches. */
  | {
      readonly kind: "http";
      readonly url: string;
      readonly method?: string | undefined;
      readonly headers?: Readonly<Record<string, string>> | undefined;
      readonly status?: readonly number[] | undefined;
      /** Searched in the first 64 KiB. */
      readonly body?: RegExp | undefined;
      readonly tls?: TlsFiles | undefined;
    }
  /** Passing when somebody takes the connection. */
  | { readonly kind: "tcp"; readonly host: string; readonly port: number };

/** A check of a service; times in milliseconds. */
export interface Check {
  readonly name: string;
  readonly probe: Probe;
  /** From the end of one run to the beginning of the next. */
  readonly interval: number;
  /** A run that takes longer is ended, and critical. */
  readonly timeout: number;
  /** So many better results in a row make it better, once it has been passing; the first passing one counts at once. */
  readonly rise: number;
  /** So many worse results in a row make it worse. */
  readonly fall: number;
}

const KINDS = ["http", "https", "tcp", "command"];
const FORMS = 'Write "http://127.0.0.1:8080/health", "https://...", "tcp:127.0.0.1:9200", "tcp:9200", or "command:TEXT" for the shell';

/** Reads a check as one text says it. Throws CONFIG_INVALID. */
export function toProbe(text: string): Probe {
  const [, kind = "", rest = ""] = /^([^:]*):?(.*)$/s.exec(text) ?? [];
  switch (kind) {
    case "http":
    case "https":
      return httpProbe(text);
    case "tcp":
      return tcpProbe(text, rest);
    case "command":
      if (rest.trim() === "") throw invalid(text, "the command is empty", 'Write "command:TEXT", as in "command:pg_isready -q"');
      return { kind, command: { kind: "shell", text: rest } };
    default:
      throw invalid(text, "it is of no form that is known", didYouMean(kind, KINDS) ?? FORMS);
  }
}

function httpProbe(text: string): Probe {
  // The text is not told: it has the password in it.
  if (hasCredentials(text)) throw new AppError("CONFIG_INVALID", "A check's URL cannot be used: an address holds no credentials", { hint: "Give them as a header" });
  if (!/^https?:\/\/[^/]/.test(text) || !URL.canParse(text)) throw invalid(text, "it is not a URL", FORMS);
  return { kind: "http", url: text };
}

function tcpProbe(text: string, rest: string): Probe {
  const [found, bracketed, plain, digits] = /^(?:\/\/)?(?:(?:\[([\da-fA-F:.]+)\]|([^\s:/[\]]+)):)?(\d{1,5})$/.exec(rest) ?? [];
  const port = Number(digits);
  if (found === undefined) throw invalid(text, "it is not a host and a port", 'Write "tcp:127.0.0.1:9200", "tcp:[::1]:9200" or "tcp:9200"');
  if (port < 1 || port > 65_535) throw invalid(text, `${digits} is not a port`, "Ports are from 1 to 65535");
  return { kind: "tcp", host: bracketed ?? plain ?? "127.0.0.1", port };
}

function invalid(text: string, why: string, hint: string): AppError {
  return new AppError("CONFIG_INVALID", `Check "${text}" cannot be used: ${why}`, { hint });
}
