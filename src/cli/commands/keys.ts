import type { Entry } from "../../core/entry.ts";
import { AppError } from "../../core/error.ts";
import { relativeKey } from "../../core/key.ts";
import type { Invocation } from "../command.ts";
import { type KeyAccess, withKeys, withoutLastNewline } from "../key-access.ts";
import { formatTable } from "../table.ts";

/** Lists, gets, puts, deletes and imports keys. */
export async function keys(invocation: Invocation): Promise<number> {
  return withKeys(invocation, (access) => subcommand({ invocation, access }));
}

interface KeysContext {
  readonly invocation: Invocation;
  readonly access: KeyAccess;
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
  const { entries, prefix } = await context.access.read(name);
  const rows = entries.map((entry) => ({ ...shown(entry), key: relativeKey(prefix, entry.key), revision: entry.revision }));
  if (context.invocation.flags.json === true) stdout.write(`${JSON.stringify(rows, null, 2)}\n`);
  else stdout.write(formatTable([["KEY", "VALUE"], ...rows.map((row) => [row.key, "base64" in row ? `(base64) ${row.base64}` : oneLine(row.value)])]));
  return 0;
}

async function get(context: KeysContext, name: string): Promise<number> {
  const { stdout } = context.invocation.outside;
  const { key, entry, prefix } = await context.access.get(name);
  if (context.invocation.flags.json === true) stdout.write(`${JSON.stringify({ ...shown(entry), key: relativeKey(prefix, key), revision: entry.revision })}\n`);
  else if (typeof entry.value === "string") stdout.write(`${entry.value}\n`);
  else throw new AppError("BACKEND_DATA", `Cannot print "${name}": its value is not UTF-8`, { hint: "--json prints it as base64" });
  return 0;
}

async function put(context: KeysContext, name: string, value: string | undefined): Promise<number> {
  const { key, backend } = context.access.resolve(name);
  const content = value ?? withoutLastNewline(await context.invocation.outside.readStdin());
  await context.access.write(backend, (writer) => writer.put(key, content));
  return 0;
}

async function remove(context: KeysContext, names: readonly string[]): Promise<number> {
  let missing = 0;
  for (const name of names) {
    const { key, backend } = context.access.resolve(name);
    await context.access.write(backend, async (writer) => {
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
  const { backend } = context.access.resolve("/");
  await context.access.write(backend, async (writer) => {
    for (const { key, value } of entries) await writer.put(context.access.resolve(key).key, value);
  });
  context.invocation.outside.stdout.write(`Imported ${entries.length} keys\n`);
  return 0;
}

function shown({ value }: Entry): { readonly value: string } | { readonly base64: string } {
  return typeof value === "string" ? { value } : { base64: Buffer.from(value).toString("base64") };
}

function oneLine(text: string): string {
  const WIDTH = 100;
  const line = text.replaceAll("\n", "\\n");
  return line.length > WIDTH ? `${line.slice(0, WIDTH)}…` : line;
}
