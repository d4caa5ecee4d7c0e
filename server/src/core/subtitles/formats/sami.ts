import { ITEMS_PER_STEP, type Steps } from '../../text/steps.ts';
import { tokenizeMarkup } from '../markup-tags.ts';
import { MAX_CUE_TEXT_CHARS, MAX_CUES, type ParsedFile, type RawCue, UnreadCount } from '../raw-cue.ts';

/** The text of one language since a `<SYNC>`. */
interface OpenText {
  readonly startMs: number;
  text: string;
}

/**
 * Parses SAMI (.smi). Each `<SYNC Start=ms>` ends the text of the same class; `&nbsp;` clears it. Several
 * classes mean several languages, so the file then has no single language.
 */
export function* parseSami(text: string): Steps<ParsedFile> {
  const cues: RawCue[] = [];
  const unreadCount = new UnreadCount();
  const openTexts = new Map<string, OpenText>();
  let startMs: number | undefined;
  let className = '';
  let inBody = false;
  const closeCue = (name: string, endMs: number) => {
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
        if (openText.text.length < MAX_CUE_TEXT_CHARS) openText.text += token.text.replace(/\s+/g, ' ');
      } else {
        closeCue(className, startMs);
        openTexts.set(className, { startMs, text: token.text.replace(/\s+/g, ' ') });
      }
    } else if (token.name === 'body') inBody = token.kind === 'open';
    else if (token.kind === 'open' && token.name === 'sync') {
      inBody = true;
      const start = Number.parseInt(token.attributes.get('start') ?? '', 10);
      startMs = Number.isNaN(start) ? undefined : start;
      if (startMs === undefined) unreadCount.add(`SYNC ${token.attributes.get('start') ?? ''}`);
      className = '';
    } else if (token.kind === 'open' && token.name === 'p') {
      className = (token.attributes.get('class') ?? '').toLowerCase();
    } else if (token.kind === 'open' && token.name === 'br') {
      const openText = openTexts.get(className);
      if (openText?.startMs === startMs && openText !== undefined) openText.text += '\n';
    }
  }
  for (const name of [...openTexts.keys()]) closeCue(name, -1);
  return { cues, language: findStatedLanguage(text), unread: unreadCount.toUnreadLines };
}

/** Returns the language of the only class in the style sheet. */
function findStatedLanguage(text: string): string | undefined {
  const head = text.slice(0, 8000);
  const statedLanguages = new Set(
    [...head.matchAll(/\blang\s{0,9}:\s{0,9}([a-z]{2,3}(?:-[a-z0-9]{2,8}){0,2})/gi)].map((match) => match[1]),
  );
  return statedLanguages.size === 1 ? [...statedLanguages][0] : undefined;
}
