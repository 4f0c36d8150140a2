import * as v from "valibot";
import { AppError } from "../core/error.ts";
import { didYouMean } from "../core/suggest.ts";
import { type ValueSchema } from "./setting.ts";
import { notA, schema } from "./values.ts";

const OTHER_BACKEND = /^([A-Za-z][\w-]*):(.*)$/s;

/** A key or prefix as templates name it: "/app/env", or "consul:/app/env" of another backend. */
export function keyName(backends: readonly string[]): ValueSchema<string> {
  return schema(v.pipe(v.string(notA("key")), v.nonEmpty(notA("key")), v.transform((raw) => checked(raw, backends, toKeyName))), {
    type: "key",
    hint: 'Write a path, "/app/env", or one of another backend, "consul:/app/env"',
  });
}

/** A service: "mysql" where the registrar registers, "consul:mysql" in Consul's catalog, "/services/mysql" or "etcd:/services/mysql" below a prefix. */
export function serviceName(backends: readonly string[]): ValueSchema<string> {
  return schema(v.pipe(v.string(notA("service")), v.transform((raw) => checked(raw, backends, toServiceName))), {
    type: "service",
    hint: SERVICE_HINT,
  });
}

const SERVICE_HINT = 'Write its name, "mysql", where it is in Consul\'s catalog, "consul:mysql", or below which prefix, "etcd:/services/mysql"';

type Read = (raw: string, backend: string | undefined, rest: string) => string;

function checked(raw: string, backends: readonly string[], read: Read): string {
  const [, backend, rest = raw] = OTHER_BACKEND.exec(raw) ?? [];
  if (backend !== undefined && !backends.includes(backend)) {
    throw new AppError("CONFIG_INVALID", `backend "${backend}" of "${raw}" is not known`, { hint: didYouMean(backend, backends) ?? `Known: ${backends.join(", ")}` });
  }
  return read(raw, backend, rest);
}

function toKeyName(raw: string, backend: string | undefined, rest: string): string {
  if (backend !== undefined && !rest.startsWith("/")) throw new AppError("CONFIG_INVALID", `"${raw}" is not a key`, { hint: `Write "${backend}:/${rest}"` });
  return raw;
}

function toServiceName(raw: string, backend: string | undefined, rest: string): string {
  const isName = /^[^\s/:]+$/.test(rest) && (backend === undefined || backend === "consul");
  const isPath = /^\/(\S*[^\s/])$/.test(rest);
  if (!isName && !isPath) throw new AppError("CONFIG_INVALID", `"${raw}" is not a service`, { hint: SERVICE_HINT });
  return raw;
}
