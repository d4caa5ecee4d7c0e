import type { TextDocument } from 'vscode';
import { escapeMarkdown } from '../../server/src/core/text/escape-markdown.ts';
import { formatLinkTime } from '../../server/src/linking/open-link.ts';
import { toLinkTarget } from '../../server/src/rpc/language/media-links.ts';
import type { DraggedMoment } from '../page/messages.ts';
import { placeName } from './links.ts';

/** Formats a link from a note to a moment, in the syntax of the note. The path is relative to the note. */
export function formatNoteLink(
  { uri, languageId }: Pick<TextDocument, 'uri' | 'languageId'>,
  { uri: videoUri, startMs, endMs }: DraggedMoment,
): string {
  const form = languageId === 'org' ? 'org' : languageId === 'plaintext' ? 'bare' : 'markdown';
  const target = `${toLinkTarget(videoUri, uri.toString(), form)}${formatLinkTime(startMs, endMs, form)}`;
  const name = placeName({ uri: videoUri, startMs });
  if (form === 'org') return `[[file:${target}][${name.replace(/[[\]]/g, ' ')}]]`;
  return form === 'bare' ? target : `[${escapeMarkdown(name)}](${target})`;
}
