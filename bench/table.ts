export interface Row {
  readonly measure: string;
  readonly unit: string;
  /** One for each contender; undefined where it could not be measured. */
  readonly values: readonly (number | undefined)[];
}

/** Aligned columns; behind each value, in brackets, how it compares with that of the reference where that one was measured. */
export function formatTable(contenders: readonly string[], rows: readonly Row[], reference: string): string {
  const at = contenders.indexOf(reference);
  const cells = [["", ...contenders], ...rows.map((row) => [row.measure, ...row.values.map((value, index) => formatCell(row.unit, value, index === at ? undefined : row.values[at]))])];
  const widths = cells[0]?.map((_, column) => Math.max(...cells.map((line) => line[column]?.length ?? 0))) ?? [];
  return cells.map((line) => line.map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0))).join("  ")).join("\n");
}

function formatCell(unit: string, value: number | undefined, reference: number | undefined): string {
  if (value === undefined || Number.isNaN(value)) return "-";
  const text = `${value < 10 ? Number(value.toFixed(1)) : Math.round(value)} ${unit}`.trim();
  return reference !== undefined && reference > 0 ? `${text} (${(value / reference).toFixed(2)}x)` : text;
}
