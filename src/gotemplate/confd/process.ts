import type { GoFunctionDefinition } from "../engine/definition.ts";
import { goTime } from "../time.ts";
import { wellFormed } from "./well-formed.ts";

export const PROCESS_FUNCTIONS: readonly GoFunctionDefinition[] = [
  {
    name: "getenv",
    signature: "getenv(name string, default ...string) string",
    doc: "The environment variable, or the default when it is not set or empty; without a default the empty text.",
    example: '{{getenv "HOSTNAME" "localhost"}}',
    original: "the same",
    call: ({ env }, name: string, otherwise = "") => wellFormed(env[name] || otherwise),
  },
  {
    name: "fileExists",
    signature: "fileExists(path string) bool",
    doc: "Whether there is anything at the path. It is looked at when the template is rendered; a file that comes or goes is no reason to render it.",
    example: '{{if fileExists "/etc/ssl/site.pem"}}ssl on;{{end}}',
    original: "the same",
    call: ({ machine }, path: string) => machine.exists(path),
  },
  {
    name: "datetime",
    signature: "datetime() time.Time",
    doc: "The present time, with the methods `Format`, `Unix`, `UTC`, `Year`, `Month`, `Day`, `Hour`, `Minute`, `Second`, `Weekday`, `YearDay` and `String`. It makes the output of each render differ, and so each render a reload.",
    example: '# rendered {{datetime.Format "2006-01-02"}}',
    original: "the same; printed as it is, it has no reading of the monotonic clock behind it, and not all methods of Go's time are there",
    odd: () => "datetime makes the output of each render differ, and so each render a reload: leave it out of what is written",
    call: ({ now }) => goTime(now()),
  },
];
