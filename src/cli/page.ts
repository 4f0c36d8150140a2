/** What a browser is shown. The build puts it here (scripts/page.mjs); run from its sources, Remora has none. */
export const PAGE: string | undefined = undefined;
