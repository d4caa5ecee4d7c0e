/**
 * Untrusted text as Markdown that says just that. Escaped is the punctuation that can begin a construct inside a line:
 * links, HTML, entities, emphasis, code, tables, mathematics.
 */
export function escapeMarkdown(text: string): string {
  return text.replace(/[\\`*_[\]<>|~&#!$]/g, '\\$&');
}
