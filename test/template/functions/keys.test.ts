import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { failure, rendered } from "../support.ts";

const BYTES = Uint8Array.of(0xff, 0x00, 0xfe);
const data = { "/a": "1", "/dir/x": "x", "/dir/sub/y": "y", "/empty": "", "/bytes": BYTES, "/dup/2": "b", "/dup/10": "c", "/dup/1": "a", "/dup": "leaf" };

describe("exists", () => {
  test("is true for a key with a value, also an empty one", async () => {
    assert.equal(await rendered('{{ exists("/a") }} {{ exists("/empty") }}', { data }), "true true");
  });

  test("is false for a directory and for nothing", async () => {
    assert.equal(await rendered('{{ exists("/dir") }} {{ exists("/nope") }}', { data }), "false false");
  });
});

describe("get", () => {
  test("gives the pair", async () => {
    assert.equal(await rendered('{{ get("/a").key }}={{ get("/a").value }}', { data }), "/a=1");
  });

  test("fails for a key that does not exist", async () => {
    const error = await failure('{{ get("/nope").value }}', { data });
    assert.equal(error.code, "TEMPLATE_MISSING_KEY");
    assert.equal(error.hint, 'Put it, or ask first: exists("/nope")');
  });
});

describe("tree", () => {
  const keys = (path: string) => `{% for p in tree("${path}") %}{{ p.key }}={{ p.value }} {% endfor %}`;

  test("gives the pairs below a path, however deep, and not that of the path itself", async () => {
    assert.equal(await rendered(`${keys("/dir")}|${keys("dup/")}|${keys("/none")}`, { data }), "/dir/sub/y=y /dir/x=x |/dup/1=a /dup/10=c /dup/2=b |");
    assert.equal(await rendered('{{ tree("/") | length }}', { data }), "9");
  });

  test("of another backend gives its keys without its name", async () => {
    assert.equal(await rendered(keys("consul:/up"), { data: { "consul:/up/a/b": "1", "consul:/upper": "2", "/up/c": "3" } }), "/up/a/b=1 ");
  });
});

describe("gets of another backend", () => {
  for (const glob of ["consul:/*", "consul@dc2:/*", "consul:/*/x", "consul:/dir/*"]) {
    test(`gives the values of ${glob}`, async () => {
      const stored = { "/a": "not this", "consul:/top": "t", "consul@dc2:/top": "t", "consul:/dir/x": "t" };
      assert.equal(await rendered(`{{ getvs("${glob}") | join(" ") }}`, { data: stored }), "t");
    });
  }
});

describe("getv", () => {
  test("gives the value", async () => {
    assert.equal(await rendered('{{ getv("/a") }}{{ getv("a/") }}', { data }), "11");
  });

  test("gives the default only where there is no key", async () => {
    assert.equal(await rendered('[{{ getv("/nope", "d") }}][{{ getv("/empty", "d") }}][{{ getv("/nope", "") }}]', { data }), "[d][][]");
  });

  test("fails for a key that does not exist", async () => {
    const error = await failure('{{ getv("/nope") }}', { data });
    assert.equal(error.code, "TEMPLATE_MISSING_KEY");
    assert.equal(error.hint, 'Put it, or give a default: getv("/nope", "...")');
  });

  test("fails for a value that is not UTF-8, and names getv64", async () => {
    const error = await failure('{{ getv("/bytes") }}', { data });
    assert.match(error.message, /the value of "\/bytes" is not UTF-8 text/);
    assert.equal(error.hint, 'Use getv64("/bytes") for its bytes in base64');
  });
});

describe("getv64", () => {
  test("gives the bytes of any value in base64", async () => {
    assert.equal(await rendered('{{ getv64("/bytes") }} {{ getv64("/a") }} {{ getv64("/nope", "d") }}', { data }), "/wD+ MQ== d");
  });

  test("fails for a key that does not exist", async () => {
    assert.equal((await failure('{{ getv64("/nope") }}', { data })).code, "TEMPLATE_MISSING_KEY");
  });
});

describe("gets", () => {
  const keys = (glob: string) => `{% for p in gets("${glob}") %}{{ p.key }} {% endfor %}`;

  test("gives the pairs that match, sorted by key", async () => {
    assert.equal(await rendered(keys("/dup/*"), { data }), "/dup/1 /dup/10 /dup/2 ");
    assert.equal(await rendered('{% for p in gets("/dup/*") %}{{ p.value }}{% endfor %}', { data }), "acb");
  });

  test("stops its wildcards at a slash", async () => {
    assert.equal(await rendered(`${keys("/*")}|${keys("/dir/*")}|${keys("/dir/**")}|${keys("/*/*")}`, { data }), "/a /bytes /dup /empty |/dir/x |/dir/x |/dir/x /dup/1 /dup/10 /dup/2 ");
  });

  test("matches ?, classes and quoted characters like Go's path.Match", async () => {
    assert.equal(await rendered(`${keys("/dup/?")}|${keys("/dup/[13]*")}|${keys("/dup/[^1]")}|${keys("/dup/[2-9]")}|${keys("/{a,b}")}|${keys("/\\\\a")}`, { data }), "/dup/1 /dup/2 |/dup/1 /dup/10 |/dup/2 |/dup/2 ||/a ");
  });

  test("takes every other character as it is", async () => {
    const odd = { "/p/a.b": "1", "/p/a+b": "2", "/p/a(b)": "3", "/p/axb": "4", "/p/a-b": "5", "/p/a$b": "6", "/p/ü": "7" };
    for (const key of Object.keys(odd)) assert.equal(await rendered(keys(key), { data: odd }), `${key} `);
    assert.equal(await rendered(`${keys("/p/a[.+]b")}|${keys("/p/?")}`, { data: odd }), "/p/a+b /p/a.b |/p/ü ");
  });

  test("is empty where nothing matches", async () => {
    assert.equal(await rendered('{{ gets("/nope/*") | length }}', { data }), "0");
  });

  test("fails for a pattern that is none", async () => {
    assert.match((await failure('{{ gets("/a[") }}', { data })).message, /gets\(\): "\/a\[" is not a pattern/);
  });

  test("gives a value that is not UTF-8 to base64Encode alone", async () => {
    assert.equal(await rendered('{{ base64Encode(gets("/bytes")[0].value) }} {{ gets("/bytes")[0].value | base64Encode }}', { data }), "/wD+ /wD+");
    for (const use of ["{{ V }}", "{{ V | upper }}", '{{ "x" ~ V }}', "{{ toUpper(V) }}", "{{ toJson(V) }}"]) {
      assert.match((await failure(use.replace("V", 'gets("/bytes")[0].value'), { data })).message, /not UTF-8/, use);
    }
  });
});

describe("getvs", () => {
  test("gives the values that match, sorted by value", async () => {
    assert.equal(await rendered('{{ getvs("/dup/*") | join(",") }} {{ getvs("/nope/*") | length }}', { data }), "a,b,c 0");
  });

  test("fails for a value that is not UTF-8, and names its key", async () => {
    assert.match((await failure('{{ getvs("/*") }}', { data })).message, /the value of "\/bytes" is not UTF-8/);
  });
});

describe("ls", () => {
  test("gives the names of keys and directories below a path, sorted", async () => {
    assert.equal(await rendered('{{ ls("/dir") }} {{ ls("/dir/") }} {{ ls("dir/sub") }}', { data }), "sub,x sub,x y");
  });

  test("lists the root with its directories", async () => {
    assert.equal(await rendered('{{ ls("/") }}', { data }), "a,bytes,dir,dup,empty");
  });

  test("gives the key's own name for the path of a key", async () => {
    assert.equal(await rendered('{{ ls("/a") }} {{ ls("/dup") }} {{ ls("/nope") | length }}', { data }), "a 1,10,2,dup 0");
  });
});

describe("lsdir", () => {
  test("gives the names that have keys below them, also at the root", async () => {
    assert.equal(await rendered('{{ lsdir("/") }} {{ lsdir("/dir") }} {{ lsdir("/dup") | length }}', { data }), "dir,dup sub 0");
  });
});
