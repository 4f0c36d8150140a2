import { TemplateFault } from "../fault.ts";
import { text, type TemplateFunction } from "./definition.ts";

/** MySQL reads option files in pieces of 4 kB: the rest of a longer line would be read as an option of its own. */
const LONGEST_OPTION_BYTES = 3_000;

export const ESCAPING_FUNCTIONS: readonly TemplateFunction[] = [
  {
    name: "quoteNginx",
    signature: "quoteNginx(text, dollar?)",
    doc: 'The text as an argument of an nginx directive, in quotes. nginx has no escape for a dollar sign: it is an error, unless dollar names a variable that holds one, as "dollar" after `geo $dollar { default "$"; }`.',
    example: 'add_header X-Motto {{ getv("/motto") | quoteNginx("dollar") }};',
    confd: "not in confd",
    filter: true,
    call: (_, value, dollar) => quotedForNginx(withoutNul(text(value)), dollar === undefined ? undefined : text(dollar)),
  },
  {
    name: "quoteHaproxy",
    signature: "quoteHaproxy(text, format?)",
    doc: 'The text as one word of HAProxy\'s configuration, in quotes. With "log-format" also its percent signs are escaped, for set-header and whatever else takes a log format.',
    example: 'http-request set-header X-Motto {{ getv("/motto") | quoteHaproxy("log-format") }}',
    confd: "not in confd",
    filter: true,
    call: (_, value, format) => quotedForHaproxy(withoutNul(text(value)), format),
  },
  {
    name: "quoteYaml",
    signature: "quoteYaml(text)",
    doc: "The text as a YAML string, in quotes and in one line: never a number, a date or true.",
    example: 'motto: {{ getv("/motto") | quoteYaml }}',
    confd: "not in confd",
    filter: true,
    call: (_, value) => inDoubleQuotes(text(value)),
  },
  {
    name: "quoteToml",
    signature: "quoteToml(text)",
    doc: "The text as a TOML string, in quotes and in one line.",
    example: 'motto = {{ getv("/motto") | quoteToml }}',
    confd: "not in confd",
    filter: true,
    call: (_, value) => inDoubleQuotes(text(value)),
  },
  {
    name: "quoteShell",
    signature: "quoteShell(text)",
    doc: "The text as one word of a POSIX shell, in quotes, which systemd's EnvironmentFile reads the same way. Line ends stay line ends.",
    example: 'MOTTO={{ getv("/motto") | quoteShell }}',
    confd: "not in confd",
    filter: true,
    call: (_, value) => `"${withoutNul(text(value)).replace(/["\\$`]/g, "\\$&")}"`,
  },
  {
    name: "quotePhp",
    signature: "quotePhp(text)",
    doc: "The text as a PHP string, in single quotes.",
    example: "define('MOTTO', {{ getv(\"/motto\") | quotePhp }});",
    confd: "not in confd",
    filter: true,
    call: (_, value) => `'${text(value).replace(/['\\]/g, "\\$&")}'`,
  },
  {
    name: "quoteMysql",
    signature: "quoteMysql(text)",
    doc: "The text as a string of SQL as MySQL and MariaDB read it over a UTF-8 connection. Where the mode NO_BACKSLASH_ESCAPES is set, backslashes come out doubled, and still nothing leaves the string.",
    example: 'SET GLOBAL init_connect = {{ getv("/init") | quoteMysql }};',
    confd: "not in confd",
    filter: true,
    call: (_, value) => `'${text(value).replace(/[\\'\0\n\r\x1a]/g, (found) => SQL_ESCAPES[found] ?? "")}'`,
  },
  {
    name: "quoteMysqlOption",
    signature: "quoteMysqlOption(text)",
    doc: `The text as the value of an option in a my.cnf, in quotes and in one line; at most ${LONGEST_OPTION_BYTES} bytes, because MySQL cuts longer lines.`,
    example: 'report_host = {{ getv("/mysql/report_host") | quoteMysqlOption }}',
    confd: "not in confd",
    filter: true,
    call: (_, value) => quotedForOption(withoutNul(text(value))),
  },
];

const SQL_ESCAPES: Readonly<Record<string, string>> = { "\\": "\\\\", "'": "''", "\0": "\\0", "\n": "\\n", "\r": "\\r", "\x1a": "\\Z" };

function withoutNul(value: string): string {
  if (value.includes("\0")) throw new TemplateFault("the text has a NUL character, which the format cannot hold");
  return value;
}

function quotedForNginx(value: string, dollar: string | undefined): string {
  if (dollar === undefined && value.includes("$")) {
    throw new TemplateFault("nginx has no escape for a dollar sign", { hint: 'Write geo $dollar { default "$"; } into the http block, and quoteNginx(text, "dollar")' });
  }
  if (dollar !== undefined && !/^[A-Za-z_]\w*$/.test(dollar)) throw new TemplateFault("a variable of nginx has letters, digits and _", { hint: 'Give its name without the dollar sign, as "dollar"' });
  return `"${value.replace(/["\\]/g, "\\$&").replaceAll("$", () => `\${${dollar}}`)}"`;
}

const HAPROXY_ESCAPES: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

function quotedForHaproxy(value: string, format: unknown): string {
  if (format !== undefined && format !== "log-format") throw new TemplateFault("there is one format, log-format", { hint: 'Write quoteHaproxy(text, "log-format")' });
  const formatted = format === undefined ? value : value.replaceAll("%", "%%");
  return `"${formatted.replace(/["\\$\n\r\t]/g, (found) => HAPROXY_ESCAPES[found] ?? `\\${found}`)}"`;
}

/** JSON's escapes are those of YAML and TOML too; what YAML takes for a line end, or neither may hold, is escaped as well. */
function inDoubleQuotes(value: string): string {
  return JSON.stringify(value).replace(/[\u007f-\u00a0\u2028\u2029\ufeff\ufffe\uffff]/g, (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

const OPTION_ESCAPES: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b" };

function quotedForOption(value: string): string {
  const quoted = `"${value.replace(/["\\\n\r\t\x08]/g, (found) => OPTION_ESCAPES[found] ?? `\\${found}`)}"`;
  if (Buffer.byteLength(quoted) > LONGEST_OPTION_BYTES) throw new TemplateFault(`the text is longer than the ${LONGEST_OPTION_BYTES} bytes that a line of a my.cnf can hold`);
  return quoted;
}
