import type { GoFunctionDefinition } from "../../engine/definition.ts";
import { fn } from "../definition.ts";

/** A function of sprig's and its twin whose name begins with "must"; both end the template where something is wrong. */
export function both(name: string, signature: string, doc: string, example: string, call: GoFunctionDefinition["call"], more: Parameters<typeof fn>[4] = {}): readonly GoFunctionDefinition[] {
  const must = `must${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  return [fn(`sprig_${name}(${signature}`, doc, example, call, more), fn(`sprig_${must}(${signature}`, `As \`sprig_${name}\`.`, example.replaceAll(`sprig_${name} `, `sprig_${must} `), call, more)];
}
