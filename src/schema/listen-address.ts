import * as v from "valibot";
import { type ListenAddress, toListenAddress } from "../core/listen-address.ts";
import type { ValueSchema } from "./setting.ts";
import { notA, schema } from "./values.ts";

const TYPE = "address to listen at";
const HINT = 'Write "unix:/run/remora.sock", "127.0.0.1:9110", a list of such, or "off"';

/** One or several of "unix:/run/remora.sock" and "127.0.0.1:9110"; "off" is none. */
export const listenAddresses: ValueSchema<readonly ListenAddress[]> = schema(
  v.pipe(
    v.union([v.string(), v.array(v.string(notA(TYPE)))], notA(TYPE)),
    v.transform((raw) => [raw].flat()),
    v.nonEmpty(() => "the list is empty"),
    v.transform((all) => all.map(toListenAddress).filter((address) => address !== undefined)),
  ),
  { type: TYPE, list: true, hint: HINT },
);
