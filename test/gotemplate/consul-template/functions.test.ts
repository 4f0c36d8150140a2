import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { failure, rendered } from "./support.ts";

/** Templates, and what consul-template's own documentation and source say of them. */
const CASES: Readonly<Record<string, string>> = {
  '{{env "NAME"}}{{env "NONE"}}': "shop",
  '{{mustEnv "NAME"}} {{envOrDefault "NONE" "d"}}{{envOrDefault "EMPTY" "d"}}': "shop d",
  '{{timestamp}} {{timestamp "2006-01-02"}} {{timestamp "unix"}}': "2024-01-31T12:00:00Z 2024-01-31 1706702400",
  '{{define "greet"}}Hello {{.}}{{end}}{{executeTemplate "greet" "you"}}': "Hello you",
  '{{file "/templates/motd"}}': "welcome",
  '{{"a, b ,c" | split "," | join "-"}} {{"" | split "," | len}} {{" x " | split "," | len}}': "a- b -c 0 1",
  '{{$m := "a=1,b=2,c" | splitToMap "," "="}}{{$m}}': "map[a:1 b:2]",
  '{{trim "/" "/a/b/"}} {{"x-y" | trimPrefix "x-"}} {{"x.y." | trimSuffix "."}} [{{" a " | trimSpace}}]': "a/b y x.y [a]",
  '{{"ÄB" | toLower}} {{"shop" | toUpper}} {{"my shop-x it\'s iOS" | toTitle}}': "äb SHOP My Shop-X It's IOS",
  '{{"a.b.c" | replaceAll "." "_"}} {{"web-12" | regexReplaceAll "([a-z]+)-([0-9]+)" "$2.$1"}} {{"v1" | regexMatch "^v[0-9]"}}': "a_b_c 12.web true",
  '{{"a\\n\\nb\\n" | indent 2}}': "  a\n\n  b\n",
  '{{base64Encode "a?>"}} {{base64Decode "YT8+"}} {{base64URLEncode "a?>"}} {{base64URLDecode "YT8-"}}': "YT8+ a?> YT8- a?>",
  '{{md5sum "a"}} {{sha1Hex "a"}} {{sha256Hex "a" | len}} {{hmacSHA256Hex "a" "k" | len}}': "0cc175b9c0f1b6a831c399e269772661 86f7e437faa5a7fce15d1ddcb9eaeaea377667b8 64 64",
  '{{parseBool "true"}} {{parseBool ""}} {{"1.50" | parseFloat}} {{"12" | parseInt | add 1}} {{"7" | parseUint}} {{"" | parseInt}}': "true false 1.5 13 7 0",
  '{{with parseJSON "{\\"a\\":{\\"b\\":[1,2.5,true,null]}}"}}{{.a.b}} {{.none}}{{end}}{{parseJSON ""}}': "[1 2.5 true <nil>] <no value>map[]",
  '{{with parseYAML "a: [1, yes, x]\\nb: {c: 010}"}}{{.a}} {{.b.c}}{{end}}{{parseYAML ""}}': "[1 true x] 8map[]",
  '{{parseJSON "{\\"b\\":\\"<&>\\",\\"a\\":1}" | toJSON}}': '{"a":1,"b":"\\u003c\\u0026\\u003e"}',
  '{{parseJSON "{\\"b\\":\\"<\\\\\\\\u003c\\"}" | toUnescapedJSON}} {{parseJSON "[\\"&\\"]" | toUnescapedJSONPretty}}': '{"b":"<\\\\u003c"} [\n  "&"\n]',
  '{{parseJSON "{\\"a\\":[1]}" | toJSONPretty}}': '{\n  "a": [\n    1\n  ]\n}',
  '{{parseJSON "{\\"b\\":[1,\\"yes\\",{\\"x\\":1,\\"y\\":[true]}],\\"a\\":{\\"c\\":\\"x: y\\"},\\"e\\":\\"a\\\\nb\\",\\"f\\":{},\\"g\\":\\"12\\"}" | toYAML}}': 'a:\n  c: \'x: y\'\nb:\n- 1\n- "yes"\n- x: 1\n  "y":\n  - true\ne: |-\n  a\n  b\nf: {}\ng: "12"',
  '{{parseJSON "{\\"t\\":{\\"k\\":\\"v\\",\\"u\\":{\\"n\\":1.5}},\\"a\\":true,\\"l\\":[\\"x\\"],\\"z\\":[{\\"i\\":1}]}" | toTOML}}': 'a = true\nl = ["x"]\n\n[t]\n  k = "v"\n  [t.u]\n    n = 1.5\n\n[[z]]\n  i = 1.0',
  '{{in (split "," "a,b") "b"}} {{"ab" | contains "b"}} {{in (parseJSON "[1,2]") 1.0}} {{contains "x" (split "," "a,b")}}': "true true true false",
  '{{$l := "a,b" | split ","}}{{$l | containsAll (parseJSON "[\\"a\\"]")}} {{$l | containsAny (parseJSON "[\\"x\\"]")}} {{$l | containsNone (parseJSON "[\\"x\\"]")}} {{$l | containsNotAll (parseJSON "[\\"a\\",\\"x\\"]")}}': "true false true true",
  '{{explodeMap (parseJSON "{\\"a/b\\":1,\\"c\\":2}")}}': "map[a:map[b:1] c:2]",
  '{{mergeMap (parseJSON "{\\"a\\":{\\"x\\":1},\\"b\\":\\"\\"}") (parseJSON "{\\"a\\":{\\"x\\":2,\\"y\\":3},\\"b\\":4}")}}': "map[a:map[x:1 y:3] b:4]",
  '{{mergeMapWithOverride (parseJSON "{\\"a\\":{\\"x\\":1},\\"b\\":1}") (parseJSON "{\\"a\\":{\\"x\\":2},\\"b\\":0}")}}': "map[a:map[x:2] b:0]",
  '{{range loop 3}}{{.}}{{end}} {{range loop 2 4}}{{.}}{{end}} {{range loop "5" 6}}{{.}}{{end}}': "012 23 5",
  "{{5 | add 2}} {{5 | subtract 2}} {{5 | multiply 2}} {{5 | divide 2}} {{5 | modulo 2}} {{5 | minimum 2}} {{5 | maximum 2}} {{5 | divide 2.0}}": "7 3 10 2 1 2 5 2.5",
  '{{scratch.Set "a" 1}}{{scratch.SetX "a" 2}}{{scratch.Get "a"}} {{scratch.Key "a"}} {{scratch.Key "b"}}{{scratch.MapSet "m" "z" 1}}{{scratch.MapSet "m" "y" 2}}{{scratch.MapSetX "m" "y" 3}} {{range scratch.MapValues "m"}}{{.}}{{end}}': "1 true false 21",
  '{{sprig_upper "a"}} {{sprig_default "d" ""}} {{sprig_quote "x"}} {{sprig_b64enc "a"}} {{sprig_list 1 2}}': 'A d "x" YQ== [1 2]',
  '{{sprig_lower "A"}}{{sprig_b64dec "YQ=="}}{{sprig_sha256sum "a" | len}}{{sprig_repeat 2 "x"}}{{sprig_nospace " a b "}}': "aa64xxab",
  '{{sprig_indent 2 "a"}}{{sprig_nindent 2 "a"}}{{sprig_squote "x"}}{{sprig_dict "k" 1}}{{sprig_ternary "y" "n" true}}{{sprig_coalesce "" "c"}}{{sprig_empty ""}}': "  a\n  a'x'map[k:1]yctrue",
};

const REFUSED = `plugin writeToFile sockaddr secret secrets pkiCert pkiSign nomadServices nomadService nomadVar nomadVarList nomadVarListSafe nomadVarExists connect caRoots caLeaf partitions
  peerings exportedServices importedServices spew_dump spew_printf spew_sdump spew_sprintf sprig_genPrivateKey sprig_genCA sprig_genCAWithKey sprig_genSelfSignedCert sprig_genSelfSignedCertWithKey
  sprig_genSignedCert sprig_genSignedCertWithKey sprig_buildCustomCert sprig_bcrypt sprig_htpasswd sprig_encryptAES sprig_decryptAES sprig_derivePassword sprig_randInt sprig_shuffle sprig_ago sprig_duration
  sprig_durationRound sprig_toDate sprig_mustToDate sprig_unixEpoch sprig_must_date_modify sprig_mustDateModify sprig_snakecase sprig_camelcase sprig_kebabcase sprig_swapcase sprig_abbrev sprig_abbrevboth
  sprig_semver sprig_semverCompare sprig_b32enc sprig_b32dec sprig_adler32sum sprig_urlParse sprig_urlJoin sprig_hello`.split(/\s+/);

describe("consul-template's functions", () => {
  for (const [template, output] of Object.entries(CASES)) {
    test(`give what is written for ${template.replaceAll("\n", "\\n").slice(0, 90)}`, async () => {
      const env = { NAME: "shop", EMPTY: "" };
      assert.equal(await rendered(template, { env, files: { motd: "welcome" } }), output);
    });
  }

  test("nothing of scratch is left in the next render", async () => {
    for (const _ of [1, 2]) assert.equal(await rendered('{{scratch.Key "a"}}{{scratch.Set "a" 1}}'), "false");
  });

  for (const [template, message] of Object.entries({
    '{{mustEnv "NONE"}}': "required environment variable NONE is empty",
    '{{parseInt "x"}}': 'parseInt: strconv.ParseInt: parsing "x": invalid syntax',
    '{{base64Decode "a"}}': "base64Decode: illegal base64 data at input byte 0",
    '{{add "a" 1}}': 'add: unknown type for "a" (string)',
    "{{5 | divide 0}}": "runtime error: integer divide by zero",
    '{{explodeMap (parseJSON "{\\"a\\":1,\\"a/b\\":2}")}}': 'explodeMap: not a map: "a/b": "a" already has value %!q(float64=1)',
    '{{scratch.Set "a" 1}}{{scratch.MapSet "a" "b" 1}}': '"a" is not a map',
    '{{executeTemplate "none"}}': 'template: no template "none" associated with template "main.ctmpl"',
    '{{file "/none"}}': "file: stat /none: no such file or directory",
    "{{loop}}": "loop: wrong number of arguments, expected 1 or 2, but got 0",
    '{{loop 0 100000000}}': "a loop of 100000000 rounds is too long",
    '{{$m := sprig_dict "a" 1}}{{$_ := sprig_set $m "m" $m}}{{$m | toYAML}}': "nested too deeply",
    '{{$m := sprig_dict "a" 1}}{{$_ := sprig_set $m "m" $m}}{{sprig_mustDeepCopy $m}}': "nested too deeply",
    '{{sprig_until 100000000}}': "a sequence of 100000000 numbers is too long",
    '{{sprig_seq 1 100000000}}': "a sequence of 100000000 numbers is too long",
    '{{sprig_repeat 100000000 "x"}}': "100000000 times this text is too long",
    '{{sprig_indent 100000000 "x"}}': "100000000 times this text is too long",
  })) {
    test(`refuse ${template}`, async () => assert.equal((await failure(template)).message, message));
  }

  for (const name of REFUSED) {
    test(`${name} says that it is not here, and what to do`, async () => {
      const { message, hint = "" } = await failure(`{{${name} "x"}}`);
      assert.match(message, new RegExp(`^${name} is not here: \\w`));
      assert.notEqual(hint, "");
    });
  }
});

describe("a map's member that is not there", () => {
  test("is the zero value of what the map holds", async () => {
    assert.equal(await rendered('{{with "a=1" | splitToMap "," "="}}[{{.b}}]{{end}}{{with parseJSON "{\\"a\\":1}"}}[{{.b}}]{{end}}'), "[][<no value>]");
  });
});
