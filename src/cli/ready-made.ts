/** The files of each folder of templates/, by their names. The build puts them here (scripts/ready-made.mjs); run from its sources, Remora has none. */
export const READY_MADE: Readonly<Record<string, Readonly<Record<string, string>>>> = {};
