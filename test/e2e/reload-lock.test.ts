import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { startConsul } from "../support/consul.ts";
import { startEtcd } from "../support/etcd.ts";
import { eventually } from "../support/eventually.ts";
import { type Project, project, type RunningRemora } from "../support/remora.ts";

const FLEET = 20;

interface Store extends AsyncDisposable {
  readonly url: string;
  put(key: string, value: string): Promise<void>;
}

/** A reload notes when it begins and when it ends, in a file that the fleet shares. */
const COUNTED = 'echo "+ $$" >> $LOG; sleep 0.15; echo "- $$" >> $LOG';

for (const [name, open, flags] of [
  ["etcd", startEtcd as () => Promise<Store>, (url: string) => ["--backend", "etcd", "--etcd-endpoints", url]],
  ["Consul", startConsul as () => Promise<Store>, (url: string) => ["--backend", "consul", "--consul-address", url]],
] as const) {
  // The one whose holder is killed waits for a lease to end, and the others run meanwhile.
  describe(`The reload lock of a fleet in ${name}`, { concurrency: 2 }, () => {
    test("is freed when its holder is killed", async () => {
      await using store = await open();
      await store.put("/name", "one");
      await using fleet = await startFleet(2, flags(store.url), 'echo "+ $$" >> $LOG; while grep -q two $DIR/out/app.conf && ! test -e $MENDED; do sleep 0.05; done; echo "- $$" >> $LOG', "limit = 1");
      await fleet.reloaded(2);
      await store.put("/name", "two");
      await eventually(() => assert.equal(fleet.waiting(/holds the lock/).length >= 1, true), { within: 20_000 });
      const holder = fleet.members.find(({ running }) => !fleet.waiting(/holds the lock/).includes(running)) as Member;
      holder.running.signal("SIGKILL");
      await fleet.mend();
      await eventually(async () => {
        const other = fleet.members.find((member) => member !== holder) as Member;
        assert.equal(other.running.lines.filter(({ msg }) => msg === "Reloaded").length, 2);
      }, { within: 40_000, every: 100 });
    });

    test(`lets two of ${FLEET} processes reload at a time, and all of them in the end`, async () => {
      await using store = await open();
      await store.put("/name", "one");
      await using fleet = await startFleet(FLEET, flags(store.url), COUNTED, 'limit = 2');
      await fleet.reloaded(FLEET);
      await store.put("/name", "two");
      await fleet.reloaded(2 * FLEET);
      const most = mostAtOnce((await fleet.log()) ?? "");
      assert.ok(most <= 2, `${most} at a time`);
    });

    test("stops the roll-out where a reload failed, says where, and goes on when it succeeds", async () => {
      await using store = await open();
      await store.put("/name", "one");
      // The first that reloads "two" breaks, and so would every other.
      await using fleet = await startFleet(4, flags(store.url), 'if grep -q two $DIR/out/app.conf && ! test -e $MENDED; then echo "! $$" >> $LOG; exit 1; fi; echo "+ $$" >> $LOG', "limit = 1");
      await fleet.reloaded(4);
      await store.put("/name", "two");
      await eventually(async () => assert.match((await fleet.log()) ?? "", /!/), { within: 20_000 });
      await eventually(() => assert.equal(fleet.waiting(/the reload of unit "app" failed on /).length, 3), { within: 20_000 });
      const broken = fleet.members.filter(({ running }) => running.lines.some(({ msg }) => msg === "Unit failed"));
      assert.equal(broken.length, 1, "the others did not run into the same");
      const { stdout } = await (fleet.members.find((member) => !broken.includes(member)) as Member).app.remora(["status"]);
      assert.match(stdout, /reload due: the reload of unit "app" failed on /);
      await fleet.mend();
      await fleet.reloaded(8);
    });
  });
}

describe("A reload lock", () => {
  test("of remora render is waited for no longer than --timeout, and the reload stays due", async () => {
    await using store = await startEtcd();
    await store.put("/name", "one");
    await using fleet = await startFleet(1, ["--backend", "etcd", "--etcd-endpoints", store.url], 'echo "+ $$" >> $LOG; while ! test -e $MENDED; do sleep 0.05; done', "limit = 1");
    await eventually(async () => assert.match((await fleet.log()) ?? "", /\+/));
    await using app = await project({ "conf.d/app.toml": unit('echo reload >> $DIR/reloads', "limit = 1") });
    const args = ["--backend", "etcd", "--etcd-endpoints", store.url, "--timeout", "1s"];
    const { code, stderr } = await app.remora(["render", ...args]);
    assert.equal(code, 6, stderr);
    assert.match(stderr, /waited 1s for the lock "\/locks\/app": .* holds the lock/);
    await fleet.mend();
    await fleet.members[0]?.running.waitForLog("Reloaded");
    assert.equal((await app.remora(["render", ...args])).code, 0);
    assert.equal(await app.read("reloads"), "reload\n");
  });

  for (const [what, lock, says] of [
    ["in a file", 'lock = { key = "file:/locks/app" }', /where no lock frees itself/],
    ["without a key", "lock = { limit = 2 }", /key "key" is missing/],
    ["of nobody", 'lock = { key = "/locks/app", limit = 0 }', /limit: 0 is not/],
    ["with a key that is not known", 'lock = { key = "/locks/app", limits = 2 }', /key "limits" is not known/],
    ["that is no table", 'lock = "/locks/app"', /this is not a table/],
  ] as const) {
    test(`${what} is refused with what to write`, async () => {
      await using app = await project({ "conf.d/app.toml": `[template]\nsrc = "app.njk"\ndest = "$DIR/out/app.conf"\nreload_cmd = "true"\n${lock}\n` });
      const { code, stderr } = await app.remora(["check", "--backend", "etcd"]);
      assert.equal(code, 2, stderr);
      assert.match(stderr, says);
      assert.match(stderr, /app\.toml:5/);
    });
  }
});

interface Member {
  readonly app: Project;
  readonly running: RunningRemora;
}

function unit(reload: string, lock: string): string {
  return `[template]\nsrc = "app.njk"\ndest = "$DIR/out/app.conf"\nreload_cmd = '${reload}'\nlock = { key = "/locks/app", ${lock} }\n`;
}

/** Starts so many, each with a project of its own; $LOG and $MENDED in the reload are files that they share. */
async function startFleet(size: number, flags: readonly string[], reload: string, lock: string) {
  const shared = await project();
  const [log, mended] = [shared.directory.join("log"), shared.directory.join("mended")];
  const text = reload.replaceAll("$LOG", log).replaceAll("$MENDED", mended);
  const members = await Promise.all(
    Array.from({ length: size }, async (): Promise<Member> => {
      const app = await project({ "conf.d/app.toml": unit(text, lock) });
      return { app, running: await app.start(flags) };
    }),
  );
  return {
    members,
    log: () => shared.read("log"),
    mend: () => shared.write("mended", ""),
    waiting: (why: RegExp) => members.map(({ running }) => running).filter(({ lines }) => lines.some(({ msg, why: said }) => msg === "Waiting for the reload lock" && why.test(String(said)))),
    reloaded: (times: number) => eventually(() => assert.equal(members.flatMap(({ running }) => running.lines).filter(({ msg }) => msg === "Reloaded").length, times), { within: 60_000, every: 50 }),
    async [Symbol.asyncDispose]() {
      await Promise.all(members.map(({ running }) => running[Symbol.asyncDispose]()));
      for (const { app } of [...members, { app: shared }]) await app[Symbol.asyncDispose]();
    },
  };
}

function mostAtOnce(log: string): number {
  let [now, most] = [0, 0];
  for (const line of log.split("\n")) {
    if (line.startsWith("+")) most = Math.max(most, ++now);
    if (line.startsWith("-")) now -= 1;
  }
  return most;
}
