export { FUNCTION_TABLES } from "./function-tables.ts";
export { candidatesIn, type Candidates } from "./candidates.ts";
export { migrateUnits, type MigratedUnit, type Resource, unitText } from "./units.ts";
export { quoted } from "./nunjucks-text.ts";
export { tomlDocument } from "./toml-text.ts";
export { translateTemplate, type Translation } from "./translate.ts";
