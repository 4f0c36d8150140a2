export { candidateNames, candidateValues } from "./sample-values.ts";
export { migrateUnits, type MigratedUnit, type Resource } from "./units.ts";
export { tomlDocument } from "./toml-text.ts";
export { translateTemplate, type Translation } from "./translate.ts";
