import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { parseAllDocuments } from "yaml";
import { startEtcd } from "../support/etcd.ts";
import { runProgram } from "../support/process.ts";
import { remora } from "../support/remora.ts";
import { requireProgram } from "../support/requires.ts";
import { tempDir } from "../support/temp.ts";

const EXAMPLES = new URL("../../examples", import.meta.url).pathname;

/** What these tests look at in an object of Kubernetes. */
interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly data?: Readonly<Record<string, string>>;
  readonly spec: { readonly selector: unknown; readonly ports?: readonly { targetPort: string }[]; readonly template: { metadata: { labels: object }; spec: PodSpec } };
}
interface PodSpec {
  readonly initContainers?: readonly Container[];
  readonly containers: readonly Container[];
  readonly volumes: readonly { name: string; configMap?: { name: string; items: readonly { key: string; path: string }[] } }[];
}
interface Container {
  readonly name: string;
  readonly image: string;
  readonly args?: readonly string[];
  readonly ports?: readonly { name: string }[];
  readonly volumeMounts?: readonly { name: string }[];
}

for (const file of ["compose/compose.yaml", "swarm/stack.yaml", "elk/compose.yaml", "boot/sidecar/compose.yaml"]) {
  test(`docker-compose takes examples/${file}`, async () => {
    const { code, stderr } = await runProgram([requireProgram("docker-compose"), "-f", join(EXAMPLES, file), "config", "-q"]);
    assert.equal(code, 0, stderr);
  });
}

for (const folder of ["compose/web", "compose/proxy", "elk/elasticsearch", "elk/logstash", "elk/sinatra", "elk/nginx", "elk/test-script"]) {
  test(`remora check finds examples/${folder} sound`, async () => soundIn(join(EXAMPLES, folder)));
}

test("What the objects for Kubernetes name is there: volumes, keys of ConfigMaps, labels and ports", async () => {
  const manifests = await kubernetes();
  const named = (kind: string, name: string) => manifests.find((each) => each.kind === kind && each.metadata.name === name);
  for (const { spec } of manifests.filter(({ kind }) => kind === "Deployment")) {
    const pod = spec.template.spec;
    assert.deepEqual(spec.selector, { matchLabels: spec.template.metadata.labels });
    const mounted = [...(pod.initContainers ?? []), ...pod.containers].flatMap(({ volumeMounts = [] }) => volumeMounts.map(({ name }) => name));
    assert.deepEqual([...new Set(mounted)].sort(), pod.volumes.map(({ name }) => name).sort());
    for (const { configMap } of pod.volumes) for (const { key } of configMap?.items ?? []) assert.ok(named("ConfigMap", configMap?.name ?? "")?.data?.[key], `No key "${key}"`);
  }
  for (const { metadata, spec } of manifests.filter(({ kind }) => kind === "Service")) {
    const template = named("Deployment", metadata.name)?.spec.template;
    assert.deepEqual(spec.selector, template?.metadata.labels);
    const ports = template?.spec.containers.flatMap(({ ports = [] }) => ports.map(({ name }) => name)) ?? [];
    assert.ok(spec.ports?.every(({ targetPort }) => ports.includes(targetPort)), `${ports}`);
  }
});

test("The configuration that Kubernetes mounts is sound, and its registrar publishes the pod's address", async () => {
  const manifests = await kubernetes();
  const pods = manifests.flatMap(({ spec }) => spec?.template?.spec ?? []);
  const volume = pods.flatMap(({ volumes }) => volumes).find(({ configMap }) => configMap !== undefined)?.configMap;
  const data = manifests.find(({ metadata }) => metadata.name === volume?.name)?.data ?? {};
  await using mounted = await tempDir();
  for (const { key, path } of volume?.items ?? []) await mounted.write(path, data[key] as string);
  await soundIn(mounted.path);

  const { args = [] } = pods.flatMap(({ containers }) => containers).find(({ name }) => name === "registrar") as Container;
  assert.deepEqual(await registeredBy(args, { POD_IP: "192.0.2.7" }), ["192.0.2.7:80"]);
});

test("The configuration in Nomad's job is sound, its registrar publishes the host's address, and each of its braces is closed", async () => {
  const job = await readFile(join(EXAMPLES, "nomad/remora.nomad.hcl"), "utf8");
  await using local = await tempDir();
  for (const [, path = "", text = ""] of job.matchAll(/destination\s+= "local\/remora\/(.*)"[^]*?<<EOT\n([^]*?)^EOT$/gm)) await local.write(path, text);
  assert.deepEqual((await readdir(local.path)).sort(), ["conf.d", "templates"]);
  await soundIn(local.path);

  const words = [...(/args = \[\s*"register"([^\]]*)\]/.exec(job)?.[1] ?? "").matchAll(/"([^"]*)"/g)].map(([, word = ""]) => word.replace("${NOMAD_HOST_PORT_http}", "23456").replace("${NOMAD_HOST_IP_http}", "192.0.2.8"));
  assert.deepEqual(await registeredBy(["register", ...words, "--layout", "registrator"], {}), ["192.0.2.8:23456"]);

  const blocks = job.replace(/<<EOT[^]*?^EOT$/gm, '""').replace(/#.*|"[^"\n]*"/g, "");
  assert.equal(blocks.split("{").length, blocks.split("}").length);
});

async function kubernetes(): Promise<Manifest[]> {
  const names = (await readdir(join(EXAMPLES, "kubernetes"))).filter((name) => name.endsWith(".yaml"));
  const texts = await Promise.all(names.map((name) => readFile(join(EXAMPLES, "kubernetes", name), "utf8")));
  const documents = texts.flatMap((text) => [...parseAllDocuments(text)]);
  return documents.map((document) => {
    assert.deepEqual(document.errors, []);
    return document.toJS() as Manifest;
  });
}

async function soundIn(folder: string): Promise<void> {
  const { code, stderr } = await remora(["check", "--confdir", folder, "--backend", "etcd"]);
  assert.equal(code, 0, stderr);
}

/** What the program writes to etcd with these arguments, but for the check that wants a server. */
async function registeredBy(args: readonly string[], env: Readonly<Record<string, string>>): Promise<string[]> {
  await using etcd = await startEtcd();
  await using state = await tempDir();
  const at = args.indexOf("--check");
  assert.ok(at > 0);
  const { code, stderr } = await remora([...args.slice(0, at), ...args.slice(at + 2), "--once", "--state-dir", state.path], { env: { ...env, REMORA_BACKEND: "etcd", REMORA_ETCD_ENDPOINTS: etcd.url } });
  assert.equal(code, 0, stderr);
  return (await etcd.ctl("get", "/services/web/", "--prefix", "--print-value-only")).split("\n").filter((line) => line !== "");
}
