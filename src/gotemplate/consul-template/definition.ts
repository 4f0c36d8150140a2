import { AppError } from "../../core/error.ts";
import type { GoFunctionDefinition } from "../engine/definition.ts";
import { quote } from "../quote.ts";

type More = Partial<Pick<GoFunctionDefinition, "original" | "reads" | "needs" | "odd">>;

/** A function of consul-template; its name is that of its signature. */
export function fn(signature: string, doc: string, example: string, call: GoFunctionDefinition["call"], more: More = {}): GoFunctionDefinition {
  return { name: /^\w+/.exec(signature)?.[0] ?? "", signature, doc, example, original: "the same", call, ...more };
}

/** A function that is there to say why it is not. */
export function refused(name: string, why: string, hint: string): GoFunctionDefinition {
  const call = () => {
    throw new AppError("TEMPLATE_FAILED", `${name} is not here: ${why}`, { hint });
  };
  return fn(`${name}(args ...interface {}) string`, `Is refused when the template is rendered: ${why}. ${hint}.`, `{{${name}}}`, call, { original: "it is there" });
}

/** The error for a query with "?ns=...". */
export function withParameters(what: string, query: string): AppError {
  return new AppError("TEMPLATE_FAILED", `${what}: parameters behind a question mark, as in ${quote(query)}, are not read`, { hint: "Namespaces, partitions and peers belong to Consul Enterprise and later versions; leave them out" });
}

/** Does a step; what goes wrong begins with the name of the function, as in consul-template. */
export function wrapping<T>(name: string, step: () => T): T {
  try {
    return step();
  } catch (thrown) {
    if (thrown instanceof AppError || (thrown instanceof RangeError && thrown.message.includes("stack"))) throw thrown;
    throw new Error(`${name}: ${(thrown as Error).message}`);
  }
}
