import { piecesOf } from '../markup-tags.ts';
import {
  MAX_CUE_TEXT,
  MAX_CUES,
  type RawCue,
  type ReadFile,
  STEP,
  type Steps,
  UnreadCount,
} from '../raw-cue.ts';

/** The text of one language since a `<SYNC>`. */
interface Saying {
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
  const open = new Map<string, Saying>();
  let startMs: number | undefined;
  let className = '';
  let inBody = false;
  const close = (name: string, endMs: number) => {
    const saying = open.get(name);
    open.delete(name);
    if (saying === undefined || saying.text.trim() === '') return;
    cues.push({ startMs: saying.startMs, endMs, text: saying.text });
  };
  let count = 0;
  for (const piece of piecesOf(text)) {
    count += 1;
    if (count % STEP === 0) yield;
    if (cues.length >= MAX_CUES) break;
    if (piece.kind === 'text') {
      if (!inBody || startMs === undefined) continue;
      const saying = open.get(className);
      if (saying?.startMs === startMs) {
        if (saying.text.length < MAX_CUE_TEXT) saying.text += piece.text.replace(/\s+/g, ' ');
      } else {
        close(className, startMs);
        open.set(className, { startMs, text: piece.text.replace(/\s+/g, ' ') });
      }
    } else if (piece.name === 'body') inBody = piece.kind === 'open';
    else if (piece.kind === 'open' && piece.name === 'sync') {
      inBody = true;
      const start = Number.parseInt(piece.attributes.get('start') ?? '', 10);
      startMs = Number.isNaN(start) ? undefined : start;
      if (startMs === undefined) unread.add(`SYNC ${piece.attributes.get('start') ?? ''}`);
      className = '';
    } else if (piece.kind === 'open' && piece.name === 'p') {
      className = (piece.attributes.get('class') ?? '').toLowerCase();
    } else if (piece.kind === 'open' && piece.name === 'br') {
      const saying = open.get(className);
      if (saying?.startMs === startMs && saying !== undefined) saying.text += '\n';
    }
  }
  for (const name of [...open.keys()]) close(name, -1);
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
