export { toAddressSpec } from "./address/spec.ts";
export { toProbe } from "./checks/check.ts";
export { LAYOUT_NAMES, REGISTRY_NAMES } from "./names.ts";
