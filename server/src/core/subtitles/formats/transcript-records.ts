import { ITEMS_PER_STEP, type Steps } from '../../text/steps.ts';
import {
  MAX_CUE_TEXT_CHARS,
  MAX_CUES,
  type ParsedFile,
  type RawCue,
  splitIntoLines,
  UnreadCount,
} from '../raw-cue.ts';

type JsonRecord = Readonly<Record<string, unknown>>;

/**
 * Lists the keys that contain the segments of JSON transcripts: Whisper, whisper.cpp, YouTube's json3,
 * players.
 */
const LIST_KEYS = ['segments', 'transcription', 'events', 'cues', 'captions', 'subtitles', 'body'];

const isRecord = (value: unknown): value is JsonRecord =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);

/**
 * Parses a JSON transcript: Whisper, whisper.cpp or YouTube's json3. Returns undefined for other or invalid
 * JSON, because many programs write notes beside a video.
 */
export function* parseJsonTranscript(text: string): Steps<ParsedFile | undefined> {
  let root: unknown;
  try {
    root = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    return undefined;
  }
  yield;
  const list = Array.isArray(root)
    ? root
    : LIST_KEYS.map((key) => (isRecord(root) ? root[key] : undefined)).find(Array.isArray);
  if (list === undefined) return undefined;
  const cues: RawCue[] = [];
  const unreadCount = new UnreadCount();
  for (const [at, item] of list.entries()) {
    if (at % ITEMS_PER_STEP === 0) yield;
    if (!isRecord(item)) {
      unreadCount.add(`entry ${at + 1}`);
      continue;
    }
    const lineText = findText(item);
    if (lineText.trim() === '') continue;
    const timeRange = findTimeRange(item);
    if (timeRange === undefined || cues.length >= MAX_CUES) unreadCount.add(lineText);
    else cues.push({ ...timeRange, text: lineText.slice(0, MAX_CUE_TEXT_CHARS), speaker: findSpeaker(item) });
    if (cues.length >= MAX_CUES) break;
  }
  if (cues.length === 0) return undefined;
  return { cues, language: findStatedLanguage(root), unread: unreadCount.toUnreadLines };
}

function findText(item: JsonRecord): string {
  if (Array.isArray(item.segs)) {
    return item.segs
      .map((part: unknown) => (isRecord(part) && typeof part.utf8 === 'string' ? part.utf8 : ''))
      .join('');
  }
  const text = [item.text, item.body, item.content].find((value) => typeof value === 'string');
  return typeof text === 'string' ? text : '';
}

/** Returns times in ms. Input is in seconds, except in json3 and whisper.cpp's offsets, which use ms. */
function findTimeRange(item: JsonRecord): { readonly startMs: number; readonly endMs: number } | undefined {
  const { offsets } = item;
  if (isNumber(item.tStartMs)) {
    return {
      startMs: item.tStartMs,
      endMs: item.tStartMs + (isNumber(item.dDurationMs) ? item.dDurationMs : 0),
    };
  }
  if (isRecord(offsets) && isNumber(offsets.from)) {
    return { startMs: offsets.from, endMs: isNumber(offsets.to) ? offsets.to : offsets.from };
  }
  const start = [item.start, item.startTime, item.from].find(isNumber);
  const end = [item.end, item.endTime, item.to].find(isNumber) ?? start;
  return start === undefined || end === undefined ? undefined : { startMs: start * 1000, endMs: end * 1000 };
}

function findSpeaker({ speaker }: JsonRecord): string | undefined {
  return typeof speaker === 'string' && !/^speaker[_ ]?\d*$/i.test(speaker) ? speaker : undefined;
}

function findStatedLanguage(root: unknown): string | undefined {
  if (!isRecord(root)) return undefined;
  const language = root.language ?? (isRecord(root.result) ? root.result.language : undefined);
  return typeof language === 'string' ? language : undefined;
}

/** Parses Whisper's .tsv: start and end in ms, then the text. Returns undefined for other tables. */
export function* parseTsvTranscript(text: string): Steps<ParsedFile | undefined> {
  const cues: RawCue[] = [];
  const unreadCount = new UnreadCount();
  for (const [at, line] of (yield* splitIntoLines(text)).entries()) {
    if (at % ITEMS_PER_STEP === 0) yield;
    const [start = '', end = '', ...rest] = line.split('\t', 50);
    if (at === 0 && !/^\d/.test(start)) {
      if (!/^start$/i.test(start.trim()) || !/^end$/i.test(end.trim())) return undefined;
      continue;
    }
    const lineText = rest.join(' ').slice(0, MAX_CUE_TEXT_CHARS);
    if (line.trim() === '' || lineText.trim() === '') continue;
    const [startMs, endMs] = [start, end].map((value) =>
      /^-?\d{1,12}(?:\.\d{1,9})?$/.test(value.trim().slice(0, 30)) ? Number(value) : undefined,
    );
    if (startMs === undefined || endMs === undefined || cues.length >= MAX_CUES)
      unreadCount.add(line, at + 1);
    else cues.push(toMilliseconds(startMs, endMs, start, lineText));
    if (cues.length >= MAX_CUES) break;
  }
  return cues.length === 0 ? undefined : { cues, unread: unreadCount.toUnreadLines };
}

/** Converts to ms: labels of audio editors use decimal seconds, Whisper uses whole ms. */
function toMilliseconds(start: number, end: number, firstTimeText: string, text: string): RawCue {
  const unit = firstTimeText.includes('.') ? 1000 : 1;
  return { startMs: start * unit, endMs: end * unit, text };
}
