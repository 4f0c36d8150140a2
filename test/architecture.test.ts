import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { filesBelow, sourcesBelow, textOf } from "./support/sources.ts";

interface Layer {
  /** Folders below src/ whose files may be imported, beside its own. */
  readonly folders: readonly string[];
  readonly node: "all" | readonly string[];
}

// These compute and touch nothing outside; whatever touches the machine comes through a port of src/core/ports.ts.
const PURE_NODE = ["node:buffer", "node:events", "node:path", "node:crypto", "node:util", "node:zlib"];
const WIRE_NODE = ["node:buffer", "node:http", "node:http2", "node:https", "node:net", "node:tls", "node:dns", "node:dns/promises"];

const FEATURES = ["backends", "store", "template", "gotemplate", "secrets", "certificates", "output", "process", "registrar", "observe", "log", "follow"];
const FEATURE: Layer = { folders: ["core", "schema", "clients"], node: PURE_NODE };

const LAYERS: Readonly<Record<string, Layer>> = {
  core: { folders: [], node: [] },
  schema: { folders: ["core"], node: [] },
  // What runs in a browser, which gives it the timers too.
  page: { folders: ["core"], node: [] },
  platform: { folders: ["core"], node: "all" },
  clients: { folders: ["core"], node: WIRE_NODE },
  ...Object.fromEntries(FEATURES.map((name) => [name, FEATURE])),
  // Reads what another program's templates are made of, and writes text.
  migrate: { folders: ["core", "gotemplate"], node: PURE_NODE },
  config: { folders: ["core", "schema", ...FEATURES], node: PURE_NODE },
  engine: { folders: ["core", "config", ...FEATURES], node: PURE_NODE },
  cli: { folders: ["core", "schema", "clients", "config", "engine", "migrate", "platform", ...FEATURES], node: PURE_NODE },
};

/** Which folders may import a third-party package. */
const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  valibot: ["schema"],
  "smol-toml": ["config", "backends", "output"],
  "toml-eslint-parser": ["config", "backends"],
  yaml: ["backends", "gotemplate", "output"],
  etcd3: ["clients"],
  consul: ["backends", "registrar"],
  nunjucks: ["template"],
  re2js: ["gotemplate"],
  chokidar: ["follow"],
  tweetnacl: ["secrets"],
  openpgp: ["secrets"],
  "@peculiar/x509": ["certificates"],
  "reflect-metadata": ["certificates"],
  diff: ["output"],
  ioredis: ["registrar", "backends"],
  "node-zookeeper-client": ["registrar", "clients", "backends"],
};

/** Files of src/ that may be longer than the limit, each with the reason. */
const LONG_FILES: Readonly<Record<string, string>> = {};
const LONGEST_FILE = 250;

const sources = sourcesBelow("src");

describe("the layers of src/", () => {
  test("each folder of src/ is a layer", () => {
    const unknown = sources.filter((source) => layerName(source.path) !== "main.ts" && LAYERS[layerName(source.path)] === undefined);
    assertNone(unknown.map(({ path }) => `${path} is in no layer: move it, or add its folder to LAYERS in test/architecture.test.ts and to docs/architecture.md`));
  });

  test("imports point down the layer table", () => {
    assertNone(sources.flatMap((source) => source.imports.flatMap((target) => importProblem(source.path, target) ?? [])));
  });

  test("main.ts alone touches the process", () => {
    const touching = sources.filter(({ path, code }) => !isOutside(path) && /(?<![\w.$#"'/])process\.[a-zA-Z]/.test(code));
    assertNone(touching.map(({ path }) => `${path} touches "process": let src/main.ts read it and hand it down as a parameter`));
  });

  test("timers are set through the clock", () => {
    const setting = sources.filter(({ path, code }) => !isOutside(path) && /(?<![\w.$#])(setTimeout|setInterval|setImmediate)\(/.test(code));
    assertNone(setting.map(({ path }) => `${path} sets a timer: use clock.sleep() or clock.after() of the Clock it is given (src/core/ports.ts)`));
  });
});

describe("the house style", () => {
  test("a file is about one thing", () => {
    const long = sources.filter(({ path, text }) => lineCount(text) > LONGEST_FILE && LONG_FILES[path] === undefined);
    assertNone(long.map(({ path, text }) => `${path} has ${lineCount(text)} lines: look for the second thing in it, or add it to LONG_FILES in test/architecture.test.ts with a reason`));
  });

  test("the list of long files holds no file that became short", () => {
    const short = Object.keys(LONG_FILES).filter((path) => lineCount(textOf(path)) <= LONGEST_FILE);
    assertNone(short.map((path) => `${path} is no longer long: take it out of LONG_FILES in test/architecture.test.ts`));
  });

  // The words are written so that this file does not hold them itself.
  const REFUSED: readonly (readonly [RegExp, string])[] = [
    [/\b(TO[D]O|FIX[M]E)\b/, "leaves something for later: do it, or file an issue"],
    [/\b(test|describe|it|t)\.(ski[p]|tod[o]|onl[y])\(/, "runs only some of its tests: make them run, or delete them"],
    [/\bas [a]ny\b/, "turns the type check off: parse the value, or say what it is"],
  ];
  for (const [pattern, advice] of REFUSED) {
    test(`no file ${advice.split(":")[0]}`, () => {
      const found = [...sources, ...sourcesBelow("test")].filter(({ text }) => pattern.test(text));
      assertNone(found.map(({ path, text }) => `${path} has "${pattern.exec(text)?.[0]}", which ${advice}`));
    });
  }
});

describe("what is added comes with its test and its page", () => {
  const backends = (sources.find(({ path }) => path === "src/backends/index.ts")?.imports ?? []).flatMap((path) => /^src\/backends\/([\w-]+)(?:\/index)?\.ts$/.exec(path)?.[1] ?? []);

  test("a backend has its test", () => {
    assert.notEqual(backends.length, 0, "src/backends/index.ts lists no backend");
    const tests = filesBelow("test/backends").filter((path) => path.endsWith(".test.ts"));
    const untested = backends.filter((name) => !tests.some((path) => path.startsWith(`test/backends/${name}`)));
    assertNone(untested.map((name) => `The backend "${name}" has no test: add test/backends/${name}.test.ts, which runs the contract suite`));
  });

  test("a backend is in the documentation", () => {
    const page = textOf("docs/configuration.md");
    assertNone(backends.filter((name) => !page.includes(`backends.${name}`) && !page.includes(`### \`${name}\``)).map((name) => `The backend "${name}" is not in docs/configuration.md: describe its options and run "npm run docs"`));
  });

  test("a registry and a layout have their tests, and can be chosen by the names that they have", async () => {
    const { LAYOUT_NAMES, REGISTRY_NAMES } = await import("../src/registrar/names.ts");
    const { layouts } = await import("../src/registrar/layouts/index.ts");
    const { registries } = await import("../src/registrar/registries/index.ts");
    const tests = filesBelow("test/registrar/registries");
    const layoutTests = filesBelow("test/registrar/layouts").map(textOf).join("\n");
    const [registryNames, layoutNames] = [registries.map(({ name }) => name), layouts.map(({ name }) => name)];
    assertNone([
      ...registryNames.filter((name) => !tests.includes(`test/registrar/registries/${name}.test.ts`)).map((name) => `The registry "${name}" has no test: add test/registrar/registries/${name}.test.ts`),
      ...layoutNames.filter((name) => !layoutTests.includes(`layout: "${name}"`)).map((name) => `The layout "${name}" has no test: add one below test/registrar/layouts/`),
      ...differing(REGISTRY_NAMES, registryNames).map((name) => `The registry "${name}" must stand in src/registrar/registries/index.ts and in src/registrar/names.ts`),
      ...differing(LAYOUT_NAMES, layoutNames).map((name) => `The layout "${name}" must stand in src/registrar/layouts/index.ts and in src/registrar/names.ts`),
    ]);
  });

  test("a template function has its test and its documentation", async () => {
    const names = await functionNames();
    const tests = filesBelow("test/template/functions").map(textOf).join("\n");
    const page = textOf("docs/functions.md");
    assertNone([
      ...names.filter((name) => !hasWord(tests, name)).map((name) => `The template function "${name}" has no test: add one below test/template/functions/`),
      ...names.filter((name) => !hasWord(page, name)).map((name) => `The template function "${name}" is not in docs/functions.md: run "npm run docs"`),
    ]);
  });
});

test("a function of Go templates has its test and its documentation", async () => {
  const { CONFD } = await import("../src/gotemplate/confd/index.ts");
  const tests = filesBelow("test/gotemplate/confd").map(textOf).join("\n");
  const page = textOf("docs/go-templates.md");
  assertNone(CONFD.functions.flatMap(({ name }) => [
    ...(hasWord(tests, name) ? [] : [`The function "${name}" of Go templates has no test: add one below test/gotemplate/confd/`]),
    ...(page.includes(`### ${name}\n`) ? [] : [`The function "${name}" is not in docs/go-templates.md: run "npm run docs"`]),
  ]));
});

test("a function of consul-template has its test and its documentation", async () => {
  const { CONSUL_TEMPLATE } = await import("../src/gotemplate/consul-template/index.ts");
  const tests = filesBelow("test/gotemplate/consul-template").map(textOf).join("\n");
  const page = textOf("docs/consul-template-functions.md");
  assertNone(CONSUL_TEMPLATE.functions.flatMap(({ name }) => [
    ...(hasWord(tests, name) ? [] : [`The function "${name}" of consul-template has no test: add one below test/gotemplate/consul-template/`]),
    ...(page.includes(`### ${name}\n`) ? [] : [`The function "${name}" is not in docs/consul-template-functions.md: run "npm run docs"`]),
  ]));
});

async function functionNames(): Promise<string[]> {
  const { FUNCTIONS } = await import("../src/template/functions/index.ts");
  return FUNCTIONS.map(({ name }) => name);
}

/** What stands in one list alone. */
function differing(one: readonly string[], other: readonly string[]): string[] {
  return [...one.filter((name) => !other.includes(name)), ...other.filter((name) => !one.includes(name))];
}

function importProblem(path: string, target: string): string | undefined {
  const name = layerName(path);
  const layer = LAYERS[name];
  if (layer === undefined) return undefined;
  if (target.startsWith("node:")) return nodeProblem(path, layer, target);
  if (!target.startsWith("src/")) return packageProblem(path, name, target);
  return sourceProblem(path, name, layer, target);
}

function nodeProblem(path: string, { node }: Layer, target: string): string | undefined {
  if (node === "all" || node.includes(target)) return undefined;
  return `${path} imports "${target}": only src/platform/ touches the machine; take what is needed as a port of src/core/ports.ts`;
}

function packageProblem(path: string, name: string, target: string): string | undefined {
  const library = target.split("/").slice(0, target.startsWith("@") ? 2 : 1).join("/");
  const places = PACKAGES[library];
  if (places === undefined) return `${path} imports "${library}", which is not in PACKAGES of test/architecture.test.ts: say there which folder owns it`;
  if (places.includes(name) || name === "cli") return undefined;
  return `${path} imports "${library}", which belongs to src/${places.join("/ and src/")}/: let that folder offer what is needed`;
}

function sourceProblem(path: string, name: string, layer: Layer, target: string): string | undefined {
  const other = layerName(target);
  if (other === name) return undefined;
  if (FEATURES.includes(name) && FEATURES.includes(other)) {
    return `${path} imports ${target}: features do not know each other; put the noun they share into src/core/ and let the engine hand it over`;
  }
  if (!layer.folders.includes(other)) return `${path} imports ${target}: src/${name}/ may import only ${layer.folders.map((folder) => `src/${folder}/`).join(", ") || "itself"}`;
  if (name === "config" && FEATURES.includes(other) && !/\/(index|docs)\.ts$/.test(target)) {
    return `${path} imports ${target}: src/config/ knows a feature by its index.ts alone`;
  }
  return undefined;
}

/** The folder below src/, or "main.ts". */
function layerName(path: string): string {
  return path.split("/")[1] ?? "";
}

function isOutside(path: string): boolean {
  return path === "src/main.ts" || path.startsWith("src/platform/") || path.startsWith("src/page/");
}

function lineCount(text: string): number {
  return text.trimEnd().split("\n").length;
}

function hasWord(text: string, word: string): boolean {
  return new RegExp(`(?<![\\w$])${word}(?![\\w$])`).test(text);
}

function assertNone(problems: readonly string[]): void {
  if (problems.length > 0) assert.fail(problems.join("\n"));
}
