import { oneLine } from "../core/visible.ts";

/** Rows in columns, two spaces apart; what a terminal would obey is written out. */
export function formatTable(told: readonly (readonly string[])[]): string {
  const rows = told.map((row) => row.map(oneLine));
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? "").length)));
  return rows.map((row) => `${row.map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column] ?? 0))).join("  ")}\n`).join("");
}
