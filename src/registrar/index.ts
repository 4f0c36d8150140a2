export { toAddressSpec } from "./address/spec.ts";
export { toProbe } from "./checks/check.ts";
export { LAYOUT_NAMES, REGISTRY_BACKENDS, REGISTRY_NAMES } from "./names.ts";
