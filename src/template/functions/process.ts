import { text, type TemplateFunction } from "./definition.ts";

export const PROCESS_FUNCTIONS: readonly TemplateFunction[] = [
  {
    name: "getenv",
    signature: "getenv(name, default?)",
    doc: "The environment variable, or the default when it is not set or empty; without a default the empty text.",
    example: '{{ getenv("HOSTNAME", "localhost") }}',
    confd: "the same",
    call: ({ env }, name, otherwise = "") => env[text(name)] || otherwise,
  },
  {
    name: "datetime",
    signature: "datetime()",
    doc: "The present time in UTC, as in 2024-01-31T12:00:00Z. It makes the output of each render differ, and so each render a reload.",
    example: "# rendered {{ datetime() }}",
    confd: "the same moment as text",
    call: ({ now }) => now().toISOString().replace(/\.\d+Z$/, "Z"),
  },
];
