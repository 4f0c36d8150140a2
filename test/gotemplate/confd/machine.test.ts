import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { formatDependency } from "../../../src/core/dependency.ts";
import { rendered, rendering } from "./support.ts";

const SRV = [{ target: "b.example.com", port: 389, priority: 1, weight: 2 }, { target: "a.example.com", port: 636, priority: 1, weight: 2 }];
const DNS = {
  "dns:ip:db.local": '["10.0.0.9","10.0.0.10","fd00::1"]',
  "dns:ipv4:db.local": '["10.0.0.9","10.0.0.10"]',
  "dns:ipv6:db.local": '["fd00::1"]',
  "dns:ip:gone.local": "[]",
  "dns:srv:_ldap._tcp.example.com": JSON.stringify(SRV),
  "dns:srv:plain.example.com": JSON.stringify(SRV.slice(0, 1)),
};

describe("the machine in a Go template", () => {
  test("lookupIP, lookupIPV4 and lookupIPV6 give sorted addresses, and are followed", async () => {
    assert.equal(await rendered('{{lookupIP "db.local"}} {{lookupIPV4 "db.local"}} {{lookupIPV6 "db.local"}} {{len (lookupIP "gone.local")}}', { data: DNS }), "[10.0.0.10 10.0.0.9 fd00::1] [10.0.0.10 10.0.0.9] [fd00::1] 0");
    const result = await rendering('{{join (lookupIP "db.local") ","}}', { data: DNS });
    assert.deepEqual(result.kind === "rendered" && result.used.map(formatDependency), ["dns:ip:db.local"]);
  });

  test("lookupSRV gives records with Go's fields, their targets absolute", async () => {
    assert.equal(await rendered('{{range lookupSRV "ldap" "tcp" "example.com"}}{{.Target}}:{{.Port}} {{.Priority}}/{{.Weight}};{{end}}', { data: DNS }), "a.example.com.:636 1/2;b.example.com.:389 1/2;");
    assert.equal(await rendered('{{(index (lookupSRV "" "" "plain.example.com") 0).Port}}', { data: DNS }), "389");
  });

  test("lookupIfaceIPV4 and lookupIfaceIPV6 give the first address of the interface, or nothing", async () => {
    const interfaces = () => [
      { interface: "eth0", family: "IPv6", address: "fd00::7", loopback: false } as const,
      { interface: "eth0", family: "IPv4", address: "192.0.2.7", loopback: false } as const,
      { interface: "eth0", family: "IPv4", address: "192.0.2.8", loopback: false } as const,
    ];
    assert.equal(await rendered('{{lookupIfaceIPV4 "eth0"}} {{lookupIfaceIPV6 "eth0"}} <{{lookupIfaceIPV4 "eth1"}}>', { machine: { interfaces } }), "192.0.2.7 fd00::7 <>");
  });

  test("hostname, getenv and fileExists ask the machine", async () => {
    const settings = { machine: { hostname: "web-1", exists: (path: string) => path === "/etc/app" }, env: { ROLE: "primary", EMPTY: "" } };
    assert.equal(await rendered('{{hostname}} {{getenv "ROLE"}} {{getenv "EMPTY" "d"}} {{fileExists "/etc/app"}} {{fileExists "/etc/none"}}', settings), "web-1 primary d true false");
  });

  test("datetime is Go's time, with its layouts", async () => {
    const now = () => new Date(Date.UTC(2024, 1, 3, 16, 5, 9, 70));
    const text = await rendered('{{with datetime.UTC}}{{.}}|{{.Format "2006-01-02T15:04:05Z07:00"}}|{{.Format "Mon Jan _2 3:04:05.000 PM MST 06"}}|{{.Format "Monday, 2 January .999 -0700 __2 002"}}|{{.Year}} {{.Month}} {{.Day}} {{.Weekday}} {{.YearDay}} {{.Hour}}:{{.Minute}}:{{.Second}} {{.Unix}}{{end}}', { now });
    assert.equal(text, "2024-02-03 16:05:09.07 +0000 UTC|2024-02-03T16:05:09Z|Sat Feb  3 4:05:09.070 PM UTC 24|Saturday, 3 February .07 +0000  34 034|2024 February 3 Saturday 34 16:5:9 1706976309");
    assert.equal(await rendered('{{datetime.UTC.Format "log_2006 _2 Janet 2nd 0.00 5,000"}}', { now }), "log_2024  3 Janet 3nd 0.07 9,070");
    assert.equal(await rendered("{{toJson datetime.UTC}} {{datetime.Nanosecond}} {{datetime.UnixMilli}}", { now }), '"2024-02-03T16:05:09.07Z" 70000000 1706976309070');
  });
});
