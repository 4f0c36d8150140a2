import type { Entry } from "../../core/entry.ts";
import type { AddressFamily } from "../../core/ports.ts";
import { compareBytes } from "../bytes.ts";
import type { GoFunctionDefinition, Scope } from "../engine/definition.ts";
import { GoInteger, GoStruct, withType } from "../values.ts";

export const NETWORK_FUNCTIONS: readonly GoFunctionDefinition[] = [
  lookup("lookupIP", "ip", "The IP addresses of a host name, sorted; none when it does not resolve."),
  lookup("lookupIPV4", "ipv4", "The IPv4 addresses of a host name, sorted; none when it does not resolve."),
  lookup("lookupIPV6", "ipv6", "The IPv6 addresses of a host name, sorted; none when it does not resolve."),
  {
    name: "lookupSRV",
    signature: "lookupSRV(service string, protocol string, name string) []*net.SRV",
    doc: "The SRV records of _service._protocol.name with `.Target`, `.Port`, `.Priority` and `.Weight`, sorted; none when it does not resolve. With service and protocol empty, those of the name itself.",
    example: '{{range lookupSRV "ldap" "tcp" "example.com"}}{{.Target}}:{{.Port}} {{end}}',
    original: "the same; it is looked up again every 30 s",
    call: ({ reader }, service: string, protocol: string, name: string) => {
      const record = service === "" && protocol === "" ? name : `_${service}._${protocol}.${name}`;
      return withType(listOf<SrvRecord>(reader.special("dns", "srv", record)).map(serviceOf).sort((one, other) => compareBytes(sortedBy(one), sortedBy(other))), "[]*net.SRV");
    },
  },
  iface("lookupIfaceIPV4", "IPv4", "the same; in abtreece's line"),
  iface("lookupIfaceIPV6", "IPv6", "in abtreece's line, which gives the first address of the interface, whatever its family"),
  {
    name: "hostname",
    signature: "hostname() string",
    doc: "The name of this machine, in a container its own.",
    example: "node = {{hostname}}",
    original: "the same; in abtreece's line",
    call: ({ machine }) => machine.hostname,
  },
];

interface SrvRecord {
  readonly target: string;
  readonly port: number;
  readonly priority: number;
  readonly weight: number;
}

function lookup(name: string, kind: string, doc: string): GoFunctionDefinition {
  return {
    name,
    signature: `${name}(host string) []string`,
    doc,
    example: `{{join (${name} "db.internal") ","}}`,
    original: "the same; it is looked up again every 30 s",
    call: ({ reader }: Scope, host: string) => withType(listOf<string>(reader.special("dns", kind, host)).sort(compareBytes), "[]string"),
  };
}

function iface(name: string, family: AddressFamily, original: string): GoFunctionDefinition {
  return {
    name,
    signature: `${name}(interface string) string`,
    doc: `The first ${family} address of a network interface; empty when there is none.`,
    example: `listen {{${name} "eth0"}}`,
    original,
    call: ({ machine }: Scope, wanted: string) => machine.interfaces().find((address) => address.interface === wanted && address.family === family)?.address ?? "",
  };
}

function listOf<T>(entry: Entry | undefined): T[] {
  return entry === undefined ? [] : (JSON.parse(String(entry.value)) as T[]);
}

/** Go's target is absolute, with a dot at its end. */
function serviceOf({ target, port, priority, weight }: SrvRecord): GoStruct {
  const short = (value: number) => new GoInteger("uint16", BigInt(value));
  return new GoStruct("*net.SRV", { Target: target.endsWith(".") ? target : `${target}.`, Port: short(port), Priority: short(priority), Weight: short(weight) });
}

function sortedBy({ fields }: GoStruct): string {
  return [...fields.values()].map((value) => (value instanceof GoInteger ? value.value : value)).join("");
}
