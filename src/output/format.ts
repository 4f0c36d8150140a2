import { AppError } from "../core/error.ts";
import type { OutputFormat } from "../core/unit.ts";
import { xmlProblem } from "./xml.ts";

/** Refuses a text that is not in its format. Throws CHECK_FAILED, which tells where and shows nothing of a text that is sensitive. */
export async function checkFormat(format: OutputFormat, text: string, { target, sensitive }: { readonly target: string; readonly sensitive: boolean }): Promise<void> {
  const why = await PROBLEMS[format](text);
  if (why === undefined) return;
  throw new AppError("CHECK_FAILED", `Cannot write "${target}": it would not be ${NAMES[format]}${sensitive ? "" : `: ${why}`}`, { hint: "output_format says what it has to be; mend the template" });
}

const NAMES: Readonly<Record<OutputFormat, string>> = { json: "JSON", yaml: "YAML", yml: "YAML", toml: "TOML", xml: "XML" };

const PROBLEMS: Readonly<Record<OutputFormat, (text: string) => string | undefined | Promise<string | undefined>>> = {
  json: (text) => problem(() => JSON.parse(text)),
  yaml: yamlProblem,
  yml: yamlProblem,
  toml: async (text) => {
    const { parse } = await import("smol-toml");
    return problem(() => parse(text));
  },
  xml: xmlProblem,
};

async function yamlProblem(text: string): Promise<string | undefined> {
  const { parseAllDocuments } = await import("yaml");
  const documents = parseAllDocuments(text);
  return [...documents].flatMap(({ errors }) => errors)[0]?.message.split("\n")[0];
}

function problem(parse: () => unknown): string | undefined {
  try {
    parse();
    return undefined;
  } catch (thrown) {
    return (thrown as Error).message.split("\n")[0];
  }
}
