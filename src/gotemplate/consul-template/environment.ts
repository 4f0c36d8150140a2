import { AppError } from "../../core/error.ts";
import { wellFormed } from "../confd/well-formed.ts";
import type { GoFunctionDefinition } from "../engine/definition.ts";
import { goTime } from "../time.ts";
import { fn } from "./definition.ts";

export const ENVIRONMENT_FUNCTIONS: readonly GoFunctionDefinition[] = [
  fn("env(name string) string", "The environment variable; the empty text where it is not set.", '{{env "HOSTNAME"}}', ({ env }, name: string) => wellFormed(env[name] ?? "")),
  fn("mustEnv(name string) string", "The environment variable; an error where it is not set or empty.", '{{mustEnv "HOSTNAME"}}', ({ env }, name: string) => {
    if (!env[name]) throw new Error(`required environment variable ${name} is empty`);
    return wellFormed(env[name]);
  }),
  fn("envOrDefault(name string, default string) string", "The environment variable, or the default where it is not set; an empty one stays empty.", '{{envOrDefault "PORT" "80"}}', ({ env }, name: string, otherwise: string) => wellFormed(env[name] ?? otherwise)),
  fn("file(path string) string", "The text of a file; where its path is written out, the template is rendered again when it changes. One that is not there is an error.", '{{file "/etc/motd"}}', ({ readFile }, path: string) => {
    if (path === "") return "";
    const text = readFile(path);
    if (text === undefined) throw new AppError("TEMPLATE_FAILED", `file: stat ${path}: no such file or directory`, { hint: "Make the file, and send SIGHUP or start Remora again" });
    return text;
  }, { original: "the same; there one that is not there is waited for" }),
  fn("timestamp(layout ...string) string", "The present time in UTC, as RFC 3339, in a layout of Go's, or with \"unix\" in seconds since 1970. It makes the output of each render differ, and so each render a reload.", '{{timestamp "2006-01-02"}}', ({ now }, ...layouts: string[]) => {
    const [layout = "2006-01-02T15:04:05Z07:00", ...more] = layouts;
    if (more.length > 0) throw new Error(`timestamp: wrong number of arguments, expected 0 or 1, but got ${layouts.length}`);
    if (layout === "unix") return String(Math.floor(now().getTime() / 1_000));
    return (goTime(now(), { utc: true }).methods["Format"] as (layout: string) => string)(layout);
  }, { odd: () => "timestamp makes the output of each render differ, and so each render a reload: leave it out of what is written" }),
  fn("executeTemplate(name string, data ...interface {}) string", "The text of a template that `define` has made in this file, with the data as its dot.", '{{define "greet"}}Hello {{.}}{{end}}{{executeTemplate "greet" "you"}}', ({ executeTemplate }, name: string, ...data: unknown[]) => {
    if (data.length > 1) throw new Error(`executeTemplate: wrong number of arguments, expected 1 or 2, but got ${data.length + 1}`);
    return executeTemplate(name, data[0]);
  }),
];
