import { tokenizeMarkup } from '../markup-tags.ts';
import {
  ITEMS_PER_STEP,
  MAX_CUE_TEXT,
  MAX_CUES,
  type RawCue,
  type ReadFile,
  type Steps,
  UnreadCount,
} from '../raw-cue.ts';

/** The text of one language since a `<SYNC>`. */
interface OpenText {
  readonly startMs: number;
  text: string;
}

/**
 * Parses SAMI (.smi). Each `<SYNC Start=ms>` ends the text of the same class; `&nbsp;` clears it. Several
 * classes mean several languages, so the file then has no single language.
 */
export function* readSami(text: string): Steps<ReadFile> {
  const cues: RawCue[] = [];
  const unread = new UnreadCount();
  const openTexts = new Map<string, OpenText>();
  let startMs: number | undefined;
  let className = '';
  let inBody = false;
  const close = (name: string, endMs: number) => {
    const openText = openTexts.get(name);
    openTexts.delete(name);
    if (openText === undefined || openText.text.trim() === '') return;
    cues.push({ startMs: openText.startMs, endMs, text: openText.text });
  };
  let count = 0;
  for (const token of tokenizeMarkup(text)) {
    count += 1;
    if (count % ITEMS_PER_STEP === 0) yield;
    if (cues.length >= MAX_CUES) break;
    if (token.kind === 'text') {
      if (!inBody || startMs === undefined) continue;
      const openText = openTexts.get(className);
      if (openText?.startMs === startMs) {
        if (openText.text.length < MAX_CUE_TEXT) openText.text += token.text.replace(/\s+/g, ' ');
      } else {
        close(className, startMs);
        openTexts.set(className, { startMs, text: token.text.replace(/\s+/g, ' ') });
      }
    } else if (token.name === 'body') inBody = token.kind === 'open';
    else if (token.kind === 'open' && token.name === 'sync') {
      inBody = true;
      const start = Number.parseInt(token.attributes.get('start') ?? '', 10);
      startMs = Number.isNaN(start) ? undefined : start;
      if (startMs === undefined) unread.add(`SYNC ${token.attributes.get('start') ?? ''}`);
      className = '';
    } else if (token.kind === 'open' && token.name === 'p') {
      className = (token.attributes.get('class') ?? '').toLowerCase();
    } else if (token.kind === 'open' && token.name === 'br') {
      const openText = openTexts.get(className);
      if (openText?.startMs === startMs && openText !== undefined) openText.text += '\n';
    }
  }
  for (const name of [...openTexts.keys()]) close(name, -1);
  return { cues, language: languageIn(text), unread: unread.unread };
}

/** Returns the language of the only class in the style sheet. */
function languageIn(text: string): string | undefined {
  const head = text.slice(0, 8000);
  const found = new Set(
    [...head.matchAll(/\blang\s{0,9}:\s{0,9}([a-z]{2,3}(?:-[a-z0-9]{2,8}){0,2})/gi)].map((one) => one[1]),
  );
  return found.size === 1 ? [...found][0] : undefined;
}
