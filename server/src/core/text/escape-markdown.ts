/**
 * Escapes untrusted text so that Markdown shows it literally. Covers the punctuation that can start an inline
 * construct: links, HTML, entities, emphasis, code, tables, mathematics.
 */
export function escapeMarkdown(text: string): string {
  return text.replace(/[\\`*_[\]<>|~&#!$]/g, '\\$&');
}
