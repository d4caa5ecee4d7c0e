import type { ReportTable } from './paper-table.ts';

/** Lays a table out in columns for a terminal. */
export function formatTextTable({ title, header, rows, notes }: ReportTable): string {
  const lines = [header, ...rows];
  const widths = header.map((_, i) => Math.max(...lines.map((cells) => (cells[i] ?? '').length)));
  const toLine = (cells: readonly string[]) =>
    cells
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join('  ')
      .trimEnd();
  const rule = widths.map((width) => '-'.repeat(width)).join('  ');
  return [title, toLine(header), rule, ...rows.map(toLine), ...notes].join('\n');
}
