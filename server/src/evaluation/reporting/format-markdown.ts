import type { ReportTable } from './paper-table.ts';

const escapeCell = (text: string) => text.replace(/\|/g, '\\|').replace(/\s*\n\s*/g, ' ');

/** Formats tables as Markdown. */
export function formatMarkdownReport(tables: readonly ReportTable[]): string {
  return tables
    .map(({ title, header, rows, notes }) => {
      const toRow = (cells: readonly string[]) => `| ${cells.map(escapeCell).join(' | ')} |`;
      return [
        `## ${title}`,
        '',
        toRow(header),
        toRow(header.map(() => '---')),
        ...rows.map(toRow),
        ...(notes.length > 0 ? ['', ...notes.map((note) => `- ${note}`)] : []),
        '',
      ].join('\n');
    })
    .join('\n');
}
