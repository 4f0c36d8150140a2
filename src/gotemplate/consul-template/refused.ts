import type { GoFunctionDefinition } from "../engine/definition.ts";
import { refused } from "./definition.ts";

const VAULT = ["it asks Vault by a path and keeps leases, where Remora has a backend", 'Use {{key "vault:/PATH"}} with [backends.vault], or values that are sealed in Consul'] as const;
const NOMAD = ["Remora does not read Nomad", "Register the service in Consul, and use service"] as const;
const MESH = ["Remora has no part in Consul's service mesh", "Let the proxy of the mesh fetch its certificates itself"] as const;
const ENTERPRISE = ["Remora does not read what is Consul Enterprise's, or about peers", "Leave it out"] as const;
const SPEW = ["it prints Go's own structures, for looking at once", "Use toJSONPretty"] as const;

/** Functions of consul-template that say by their error why they are not here. */
export const REFUSED_FUNCTIONS: readonly GoFunctionDefinition[] = [
  refused("plugin", "a program that runs while a template is rendered runs at every render, and its answer is no key that could be followed", "Put what the program says into a key, or use a check_cmd or reload_cmd"),
  refused("writeToFile", "a template writes its own target alone, which is checked and swapped in whole", "Give the other file a template of its own, in the same unit"),
  refused("sockaddr", "Remora does not read the expressions of go-sockaddr", 'Set a variable where Remora is started, and use {{env "POD_IP"}}'),
  ...["secret", "secrets", "pkiCert", "pkiSign"].map((name) => refused(name, ...VAULT)),
  ...["nomadServices", "nomadService", "nomadVar", "nomadVarList", "nomadVarListSafe", "nomadVarExists"].map((name) => refused(name, ...NOMAD)),
  ...["connect", "caRoots", "caLeaf"].map((name) => refused(name, ...MESH)),
  ...["partitions", "peerings", "exportedServices", "importedServices"].map((name) => refused(name, ...ENTERPRISE)),
  ...["spew_dump", "spew_printf", "spew_sdump", "spew_sprintf"].map((name) => refused(name, ...SPEW)),
];
