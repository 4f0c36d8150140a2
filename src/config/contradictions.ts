import type { SettingName } from "./settings.ts";
import type { Given } from "./sources.ts";

/** A value that does not go with another one. */
export interface Contradiction {
  readonly given: Given;
  readonly reason: string;
  readonly hint: string;
}

type Strongest = ReadonlyMap<SettingName, Given>;

/** The settings that are overruled because a stronger origin gave the alternative: a flag's password beats the file's password_file. */
export function overruled(strongest: Strongest): readonly SettingName[] {
  return ALTERNATIVES.flatMap(([one, other]) => {
    const [a, b] = [strongest.get(one), strongest.get(other)];
    if (a === undefined || b === undefined || a.origin === b.origin) return [];
    return [STRENGTH.indexOf(a.origin) < STRENGTH.indexOf(b.origin) ? one : other];
  });
}

/** What is wrong with settings that are sound one by one. */
export function contradictions(strongest: Strongest, wait: { readonly min: number | undefined; readonly max: number | undefined }): readonly Contradiction[] {
  const found: Contradiction[] = [];
  const report = (given: Given | undefined, reason: string, hint: string) => void (given !== undefined && found.push({ given, reason, hint }));
  for (const [one, other] of ALTERNATIVES) {
    if (strongest.has(one)) report(strongest.get(other), `${one} is given as well`, "Keep one of the two");
  }
  for (const [one, others] of NEEDS) {
    if (strongest.has(one) && !others.some((other) => strongest.has(other))) report(strongest.get(one), `this needs ${others.join(" or ")}`, `Set ${others.join(" or ")}`);
  }
  for (const [one, choice, need] of CHOICES_NEED) {
    const given = strongest.get(one);
    if (given?.raw === choice && !strongest.has(need)) report(given, `this needs ${need}`, `Set ${need}`);
  }
  if (wait.min !== undefined && wait.max !== undefined && wait.min > wait.max) {
    const stated = strongest.get("wait.min")?.origin === "default" ? "wait.max" : "wait.min";
    report(strongest.get(stated), stated === "wait.min" ? "this is longer than wait.max" : "this is shorter than wait.min", "wait.max bounds how long wait.min can put off a pass");
  }
  return found;
}

const STRENGTH: readonly Given["origin"][] = ["default", "file", "env", "flag"];

const ALTERNATIVES: readonly (readonly [SettingName, SettingName])[] = [
  ["backends.etcd.password_file", "backends.etcd.password"],
  ["backends.consul.token_file", "backends.consul.token"],
  ["backends.consul.password_file", "backends.consul.password"],
  ["backends.redis.password_file", "backends.redis.password"],
  ["backends.zookeeper.password_file", "backends.zookeeper.password"],
  ["backends.vault.token_file", "backends.vault.token"],
];

const CHOICES_NEED: readonly (readonly [one: SettingName, choice: string, need: SettingName])[] = [
  ["backends.vault.auth", "approle", "backends.vault.role_id"],
  ["backends.vault.auth", "kubernetes", "backends.vault.role"],
  ["backends.zookeeper.acl", "readable", "backends.zookeeper.username"],
  ["backends.zookeeper.acl", "private", "backends.zookeeper.username"],
];

const NEEDS: readonly (readonly [SettingName, readonly SettingName[]])[] = [
  ["backends.etcd.username", ["backends.etcd.password_file", "backends.etcd.password"]],
  ["backends.etcd.password_file", ["backends.etcd.username"]],
  ["backends.etcd.password", ["backends.etcd.username"]],
  ["backends.etcd.cert_file", ["backends.etcd.key_file"]],
  ["backends.etcd.key_file", ["backends.etcd.cert_file"]],
  ["backends.consul.cert_file", ["backends.consul.key_file"]],
  ["backends.consul.key_file", ["backends.consul.cert_file"]],
  ["backends.consul.username", ["backends.consul.password_file", "backends.consul.password"]],
  ["backends.consul.password_file", ["backends.consul.username"]],
  ["backends.consul.password", ["backends.consul.username"]],
  ["backends.redis.username", ["backends.redis.password_file", "backends.redis.password"]],
  ["backends.redis.cert_file", ["backends.redis.key_file"]],
  ["backends.redis.key_file", ["backends.redis.cert_file"]],
  ["backends.zookeeper.username", ["backends.zookeeper.password_file", "backends.zookeeper.password"]],
  ["backends.zookeeper.password_file", ["backends.zookeeper.username"]],
  ["backends.zookeeper.password", ["backends.zookeeper.username"]],
  ["backends.vault.secret_id_file", ["backends.vault.role_id"]],
  ["backends.vault.cert_file", ["backends.vault.key_file"]],
  ["backends.vault.key_file", ["backends.vault.cert_file"]],
];
