// By itself, so that the library is loaded where a template reads YAML; a package in CommonJS that is imported late has no names in the executable.
export { parseDocument } from "yaml";
