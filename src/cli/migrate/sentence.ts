import { type AppError, placeOf } from "../../core/error.ts";

/** An error on one line: "FILE:LINE: reason. Hint". */
export function sentenceOf(error: AppError): string {
  const place = placeOf(error);
  return `${place === undefined ? "" : `${place}: `}${error.message.replace(/^Cannot read "[^"]*": /, "")}${error.hint === undefined ? "" : `. ${error.hint}`}`;
}
