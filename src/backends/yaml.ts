/** The part of the yaml package that is used; a module of its own, so that it is loaded when it is first needed. */
export { isMap, isScalar, LineCounter, parseDocument, visit } from "yaml";
