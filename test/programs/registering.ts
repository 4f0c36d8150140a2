import { openRegistry, register } from "../support/registries.ts";

// Registers instances, says so, and keeps them alive for ever.

const { kind, registrar, ttl, instances } = JSON.parse(process.argv[2] ?? "{}");
const registry = await openRegistry(kind, { registrar, ttl });
await registry.owned(AbortSignal.timeout(10_000));
await register(registry, ...instances);
console.log("registered");
for (;;) await registry.keepAlive(new AbortController().signal);
