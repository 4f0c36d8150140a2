import type { Backend, Writer } from "../../core/backend.ts";
import type { Entry } from "../../core/entry.ts";
import { AppError } from "../../core/error.ts";
import { covers, type Key, relativeKey } from "../../core/key.ts";
import { backends } from "../../backends/index.ts";
import { resolveName } from "../../template/index.ts";
import type { Invocation } from "../command.ts";
import { openSettings } from "../session.ts";
import { formatTable } from "../table.ts";

interface KeysContext {
  readonly invocation: Invocation;
  readonly resolve: (name: string) => { readonly backend: string; readonly key: Key; readonly prefix: Key };
  readonly open: (backend: string) => Promise<Backend>;
  readonly signal: AbortSignal;
}

/** Lists, gets, puts, deletes and imports keys. */
export async function keys(invocation: Invocation): Promise<number> {
  const { settings, ports } = await openSettings(invocation);
  const limit = new AbortController();
  const cancel = ports.clock.after(settings.timeout, () => limit.abort(new AppError("BACKEND_UNREACHABLE", "Cannot reach the backend in time", { hint: "Raise --timeout, or look whether the address is right" })));
  const context: KeysContext = {
    invocation,
    resolve: (name) => resolveName(name, settings.prefix, settings.backend),
    open: async (name) => definition(name).open(settings.backends[name], { ...ports, env: invocation.outside.env }),
    signal: limit.signal,
  };
  try {
    return await subcommand(context);
  } finally {
    cancel();
  }
}

function definition(name: string): (typeof backends)[number] {
  const found = backends.find((candidate) => candidate.name === name);
  if (found === undefined) throw new AppError("USAGE", `There is no backend "${name}"`, { hint: `Known: ${backends.map((known) => known.name).join(", ")}` });
  return found;
}

function subcommand(context: KeysContext): Promise<number> {
  const [verb = "list", ...names] = context.invocation.positionals;
  const [first, second, ...others] = names;
  if (verb === "list" && second === undefined) return list(context, first ?? "/");
  if (verb === "get" && first !== undefined && second === undefined) return get(context, first);
  if (verb === "put" && first !== undefined && others.length === 0) return put(context, first, second);
  if (verb === "delete" && first !== undefined) return remove(context, names);
  if (verb === "import" && first !== undefined && second === undefined) return importFile(context, first);
  throw new AppError("USAGE", `Cannot do "keys ${context.invocation.positionals.join(" ")}"`, { hint: "remora keys [list [PREFIX] | get KEY | put KEY [VALUE] | delete KEY... | import FILE]" });
}

async function list(context: KeysContext, name: string): Promise<number> {
  const { stdout } = context.invocation.outside;
  const { entries, prefix } = await read(context, name);
  const rows = entries.map((entry) => ({ ...shown(entry), key: relativeKey(prefix, entry.key), revision: entry.revision }));
  if (context.invocation.flags.json === true) stdout.write(`${JSON.stringify(rows, null, 2)}\n`);
  else stdout.write(formatTable([["KEY", "VALUE"], ...rows.map((row) => [row.key, "base64" in row ? `(base64) ${row.base64}` : oneLine(row.value)])]));
  return 0;
}

async function get(context: KeysContext, name: string): Promise<number> {
  const { stdout } = context.invocation.outside;
  const { key, entries, prefix } = await read(context, name);
  const entry = entries.find((candidate) => candidate.key === key);
  if (entry === undefined) throw new AppError("TEMPLATE_MISSING_KEY", `Cannot get "${name}": there is no such key`);
  if (context.invocation.flags.json === true) stdout.write(`${JSON.stringify({ ...shown(entry), key: relativeKey(prefix, key), revision: entry.revision })}\n`);
  else if (typeof entry.value === "string") stdout.write(`${entry.value}\n`);
  else throw new AppError("BACKEND_DATA", `Cannot print "${name}": its value is not UTF-8`, { hint: "--json prints it as base64" });
  return 0;
}

async function put(context: KeysContext, name: string, value: string | undefined): Promise<number> {
  const { key, backend } = context.resolve(name);
  const content = value ?? withoutLastNewline(await context.invocation.outside.readStdin());
  await withWriter(context, backend, (writer) => writer.put(key, content));
  return 0;
}

async function remove(context: KeysContext, names: readonly string[]): Promise<number> {
  let missing = 0;
  for (const name of names) {
    const { key, backend } = context.resolve(name);
    await withWriter(context, backend, async (writer) => {
      if (await writer.delete(key)) return;
      missing += 1;
      context.invocation.outside.stderr.write(`remora: there is no key "${name}"\n`);
    });
  }
  return missing === 0 ? 0 : 4;
}

async function importFile(context: KeysContext, path: string): Promise<number> {
  const { readDataFile } = await import("../../backends/data-file.ts");
  const { resolve } = await import("node:path");
  const entries = await readDataFile(resolve(context.invocation.outside.cwd, path), context.invocation.outside.ports.files);
  const { backend } = context.resolve("/");
  await withWriter(context, backend, async (writer) => {
    for (const { key, value } of entries) await writer.put(context.resolve(key).key, value);
  });
  context.invocation.outside.stdout.write(`Imported ${entries.length} keys\n`);
  return 0;
}

async function read(context: KeysContext, name: string): Promise<{ key: Key; prefix: Key; entries: readonly Entry[] }> {
  const { key, backend, prefix } = context.resolve(name);
  await using opened = await context.open(backend);
  const { entries } = await opened.read([key], { signal: context.signal });
  const found = entries.filter((entry) => covers(key, entry.key));
  return { key, prefix, entries: found.sort((a, b) => (a.key < b.key ? -1 : 1)) };
}

async function withWriter(context: KeysContext, name: string, act: (writer: Writer) => Promise<unknown>): Promise<void> {
  await using backend = await context.open(name);
  if (backend.writer === undefined) throw new AppError("USAGE", `Cannot write to backend "${name}": it can only be read`);
  await using writer = await backend.writer();
  await act(writer);
}

function shown({ value }: Entry): { readonly value: string } | { readonly base64: string } {
  return typeof value === "string" ? { value } : { base64: Buffer.from(value).toString("base64") };
}

function oneLine(text: string): string {
  const WIDTH = 100;
  const line = text.replaceAll("\n", "\\n");
  return line.length > WIDTH ? `${line.slice(0, WIDTH)}…` : line;
}

function withoutLastNewline(content: Uint8Array): Uint8Array {
  return content.at(-1) === 10 ? content.slice(0, -1) : content;
}
