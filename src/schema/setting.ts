import * as v from "valibot";
import { AppError } from "../core/error.ts";

/** A valibot schema that reads a value as it stands in a file. */
export type ValueSchema<Output> = v.GenericSchema<unknown, Output>;

/** A value as it would stand in a file. */
export type Raw = string | number | boolean | readonly string[];

/** One thing that can be configured; validation, names, help and docs all come from it. */
export interface Setting<Output = unknown> {
  readonly schema: ValueSchema<Output>;
  readonly doc: string;
  readonly default: Raw | undefined;
  readonly required: boolean;
  /** Its value is never shown. */
  readonly secret: boolean;
  /** Whether it may stand in a file; false for the one that says where the file is. */
  readonly file: boolean;
}

interface About {
  readonly doc: string;
  readonly secret?: boolean;
  readonly file?: boolean;
}

/** Declares a setting; without `default` and `required` its value may be undefined. */
export function setting<Output>(schema: ValueSchema<Output>, about: About & ({ readonly default: Raw } | { readonly required: true })): Setting<Output>;
export function setting<Output>(schema: ValueSchema<Output>, about: About): Setting<Output | undefined>;
export function setting<Output>(schema: ValueSchema<Output>, about: About & { readonly default?: Raw; readonly required?: true }): Setting<Output> {
  const { doc, required = false, secret = false, file = true } = about;
  return { schema, doc, default: about.default, required, secret, file };
}

/** What a value schema says about itself. */
export interface TypeInfo {
  /** As in "a duration", without the article: "duration". */
  readonly type: string;
  /** How to write one. */
  readonly hint?: string | undefined;
  /** Whether it is a list, in an environment variable separated by commas. */
  readonly list?: boolean | undefined;
}

/** Answers what a setting's values look like. */
export function typeInfo(one: Setting): TypeInfo {
  return v.getMetadata(one.schema) as unknown as TypeInfo;
}

/** Why a value was refused; the reason names the value, unless it is secret. */
export interface Refusal {
  readonly reason: string;
  readonly hint: string | undefined;
}

/** Reads one value: `{ value }`, or why it is refused. */
export function readValue<Output>(one: Setting<Output>, raw: unknown): { readonly value: Output } | { readonly refused: Refusal } {
  try {
    const result = v.safeParse(one.schema, raw, { abortEarly: true });
    if (result.success) return { value: result.output };
    const { list, hint } = typeInfo(one);
    // Whoever wrote one text where a list is wanted is shown it as a list.
    const lone = list === true && typeof raw === "string";
    return { refused: refusal(one, result.issues[0].message, lone ? `Write a list in brackets: [${JSON.stringify(raw)}]` : hint) };
  } catch (error) {
    // Readers of core throw what they have to say, with a hint; valibot lets it pass.
    if (error instanceof AppError) return { refused: refusal(one, error.message, error.hint) };
    throw error;
  }
}

function refusal(one: Setting, reason: string, hint: string | undefined): Refusal {
  if (one.secret) return { reason: `this is not ${typeInfo(one).type}`, hint: undefined };
  return { reason, hint };
}
