import type { ReportTable } from './paper-table.ts';

/** Quotes a cell. A leading sign of a formula is kept from spreadsheets by a quote mark. */
function toCell(text: string): string {
  const safe = /^[=+@\t\r]|^-(?!\d|$)/.test(text) ? `'${text}` : text;
  return /[",\n\r]/.test(safe) ? `"${safe.replace(/"/g, '""')}"` : safe;
}

/** Formats tables as CSV, one after the other, each row led by the table's title. */
export function formatCsvReport(tables: readonly ReportTable[]): string {
  return tables
    .flatMap(({ title, header, rows }) => [header, ...rows].map((cells) => [title, ...cells]))
    .map((cells) => `${cells.map(toCell).join(',')}\n`)
    .join('');
}
