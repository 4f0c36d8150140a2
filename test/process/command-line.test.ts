import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { fillCommand } from "../../src/process/command-line.ts";
import { failsWith } from "../output/support.ts";
import { runProgram } from "../support/process.ts";

const RUNS = 40;
/** Text that a shell would make something of, without the NUL that no argument can hold. */
const awkward = fc.oneof(
  fc.string({ unit: fc.constantFrom("'", '"', "\\", "$", "`", " ", "\n", "\t", "(", ")", "a", "/", ";", "&", "|", "*", "~", "#", "!", "-", "=", "é", "{", "}") }),
  fc.string({ unit: "grapheme" }).filter((text) => !text.includes("\0")),
  fc.constantFrom("", "/tmp/with space/a b", "it's", '$(echo "pwned")', "`id`", "${HOME}", "a\nb\n", "-n", "\\", "'\\''", "*"),
);

function shell(text: string, names: Record<string, string>) {
  return runProgram([...fillCommand({ kind: "shell", text }, names)] as [string, ...string[]]);
}

for (const [where, text] of [
  ["as a word of its own", "printf '%s|' {{ src }} {{dest}}"],
  ["in double quotes", `printf '%s|' "{{ src }}" "{{ dest }}"`],
  ["in single quotes", "printf '%s|' '{{ src }}' '{{ dest }}'"],
  ["behind a substitution within double quotes", `printf '%s|' "$(: "a b" 'c'){{ src }}" "$( (:) ){{ dest }}"`],
  ["in a substitution within double quotes", `printf '%s|' "$(printf '%sX' "{{ src }}")" "$(printf '%sX' {{ dest }})"`],
] as const) {
  test(`A placeholder ${where} reaches the program as one argument, whatever it holds`, async () => {
    const expected = text.includes("%sX") ? "X|" : "|";
    await fc.assert(
      fc.asyncProperty(awkward, awkward, async (src, dest) => {
        const { stdout, stderr, code } = await shell(text, { src, dest });
        assert.deepEqual([stdout, stderr, code], [`${src}${expected}${dest}${expected}`, "", 0]);
      }),
      { numRuns: RUNS },
    );
  });
}

test("A quote in a comment or behind a backslash opens nothing", async () => {
  const { stdout } = await shell("# don't \" mind\nprintf '%s|' a\\'b {{ src }}", { src: "$(echo x) y" });
  assert.equal(stdout, "a'b|$(echo x) y|");
  assert.equal((await shell("# don't\nprintf '%s|' {{ src }}", { src: "$(echo x) y" })).stdout, "$(echo x) y|");
});

test("A path that needs no quotes is written as it is", () => {
  const [, , text] = fillCommand({ kind: "shell", text: "nginx -t -c {{ src }}" }, { src: "/etc/nginx/.nginx.conf.remora-0123456789ab" });
  assert.equal(text, "nginx -t -c /etc/nginx/.nginx.conf.remora-0123456789ab");
});

test("Placeholders may be written as confd's and consul-template's users do", () => {
  for (const written of ["{{src}}", "{{ src }}", "{{.src}}", "{{ .src }}", "{{- src -}}"]) {
    assert.equal(fillCommand({ kind: "shell", text: `check ${written}` }, { src: "/a" })[2], "check /a", written);
  }
});

test("A placeholder that is not known is refused, and the hint lists those that are", () => {
  const command = { kind: "shell", text: "check {{ sorce }}" } as const;
  assert.throws(() => fillCommand(command, { src: "/a", dest: "/b" }), failsWith("CONFIG_INVALID", /^Cannot run "check \{\{ sorce \}\}": \{\{ sorce \}\} is not known here$/, /^Known here: src, dest$/));
  assert.throws(() => fillCommand(command, {}), failsWith("CONFIG_INVALID", /sorce/, /^Known here: none$/));
  assert.throws(() => fillCommand({ kind: "shell", text: "{{ constructor }}" }, {}), failsWith("CONFIG_INVALID", /constructor/));
});

test("The arguments of an array are filled without a shell and without quotes", async () => {
  const filled = fillCommand({ kind: "argv", argv: ["/usr/bin/printf", "%s|", "--src={{ src }}", "$HOME", "{{src}}{{src}}"] }, { src: "a b'$(id)" });
  const { stdout } = await runProgram([...filled] as [string, ...string[]]);
  assert.equal(stdout, "--src=a b'$(id)|$HOME|a b'$(id)a b'$(id)|");
});
