import { GoInteger, GoStruct, withSignature, withType } from "../../src/gotemplate/index.ts";

// The data and the functions of generate.go, as they stand here.

export const DATA = {
  str: "hello", empty: "", uni: "héllo, 世界", html: `<a href="x">'&'</a>`, lines: "a\nb\tc\x01",
  int: 42n, neg: -7n, zero: 0n, big: 1234567n, float: 1.5, fbig: 1234567, tiny: 0.00001, pi: 3.14159265, huge: 1e21, whole: 2,
  t: true, f: false, nil: null, u8: new GoInteger("uint8", 7n), i64: new GoInteger("int64", 9n),
  list: ["a", 1n, 2.5, null, true], strs: withType(["x", "y", "z"], "[]string"), ints: withType([3n, 1n, 2n], "[]int"), none: [], bytes: Buffer.from("hi"),
  map: { b: 1n, a: "one", c: null, é: "x" }, smap: withType({ k: "v" }, "map[string]string"), emap: {},
  imap: withType(new Map([[2n, "two"], [1n, "one"], [10n, "ten"]]), "map[int]string"),
  nested: { x: { y: { z: "deep" } } }, lists: [[1n, 2n], ["a"]],
  pair: pair("/a", "1"), pairs: withType([pair("/a", "1"), pair("/b", "2")], "[]main.Pair"),
  named: new GoStruct("main.Named", { Name: "x" }, { String: withSignature(() => "named x") }),
  fn: withSignature((text: string, times: bigint) => text.repeat(Number(times)), "string", "int"),
};

export const FUNCTIONS = {
  add: withSignature((one: bigint, other: bigint) => one + other, "int", "int"),
  upper: withSignature((text: string) => text.toUpperCase(), "string"),
  fail: withSignature((text: string) => { throw new Error(text); }, "string"),
  split: withSignature((text: string, separator: string) => withType(text.split(separator), "[]string"), "string", "string"),
  join: withSignature((list: string[], separator: string) => list.join(separator), "[]string", "string"),
  half: withSignature((value: number) => value / 2, "float64"),
  same: withSignature((value: unknown) => value, "interface {}"),
  isTrue: withSignature((value: boolean) => value, "bool"),
  count: (...values: unknown[]) => BigInt(values.length),
  or2: withSignature((first: string, ...rest: string[]) => BigInt(Buffer.byteLength(first) + rest.length), "string", "...string"),
};

function pair(key: string, value: string): GoStruct {
  const join = withSignature((separator: string) => key + separator + value, "string");
  return new GoStruct("main.Pair", { Key: key, Value: value }, { Join: join });
}
