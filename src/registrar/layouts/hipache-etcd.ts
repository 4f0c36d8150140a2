import { hostPort, type Instance } from "../../core/instance.ts";
import { keyBelow, type LayoutDefinition, unfit } from "./layout.ts";

/** What the bridge hipache-etcd watches: the last segment of "/services/DOMAIN/IP:PORT" is a backend, its value means nothing. */
export const hipacheEtcdLayout: LayoutDefinition = {
  name: "hipache-etcd",
  summary: "/services/DOMAIN/ADDRESS:PORT, one for each domain in the attribute \"domain\"",
  open({ prefix = "/services" }) {
    return (instance) => domainsOf(instance).map((domain) => ({ key: keyBelow(prefix, instance, ["its domain", domain], ["its address", hostPort(instance)]), value: instance.id }));
  },
};

/** "a.example.com, *.example.com" are two. */
function domainsOf(instance: Instance): string[] {
  const domains = (instance.attributes["domain"] ?? "").split(",").map((domain) => domain.trim()).filter((domain) => domain !== "");
  if (domains.length === 0) throw unfit(instance, "it has no domain", 'Give it the attribute "domain", as in domain=www.example.com');
  return [...new Set(domains)];
}
