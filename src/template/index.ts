export { createTemplateEngine, type TemplateEngineOptions } from "./environment.ts";
export { FUNCTIONS } from "./functions/index.ts";
export { functionsPage } from "./functions/docs.ts";
export { type CompiledItems, compileItems, type ListedItem, renderItems } from "./items.ts";
export { render, type RenderOptions, resolveName } from "./render.ts";
export { type Lookup } from "./tracking-reader.ts";
export { publishedInstances, publishedServices } from "./functions/published.ts";
export { type PlacedService, servicesTemplate } from "./live-services.ts";
export { type NamedVariable, variablesTemplate } from "./variables.ts";
