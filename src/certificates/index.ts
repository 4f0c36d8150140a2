/** What the configuration needs to know of certificates; light to load. */
export { toAlternativeName, toSubjectName } from "./names.ts";
