import { ITEMS_PER_STEP, type Steps } from '../../text/steps.ts';
import { tokenizeMarkup } from '../markup-tags.ts';
import { parseTime } from '../parse-time.ts';
import { MAX_CUE_TEXT_CHARS, MAX_CUES, type ParsedFile, type RawCue, UnreadCount } from '../raw-cue.ts';

/** Holds the frame rate and tick rate of a file. */
interface TimeRates {
  framesPerSecond: number;
  ticksPerSecond: number;
}

/** An element with times. Times of nested elements are relative to it. */
interface ElementScope {
  readonly name: string;
  readonly startMs: number;
  readonly endMs: number;
}

/** Maximum nesting depth of a subtitle file. */
const MAX_DEPTH = 64;

/**
 * Parses TTML (.ttml, .dfxp, .itt) and YouTube's XML (srv1 to srv3): the text of `<p>` or `<text>` with its
 * times. Times are clock times (`00:00:01.5`, `00:00:01:12` with frames) or offsets (`1.5s`, `1500ms`, `36f`,
 * `400t`, plain ms in srv3).
 */
export function* parseTtml(text: string): Steps<ParsedFile> {
  const cues: RawCue[] = [];
  const unreadCount = new UnreadCount();
  const timeRates: TimeRates = { framesPerSecond: 30, ticksPerSecond: 1 };
  const scopes: ElementScope[] = [];
  let language: string | undefined;
  let open: { readonly scope: ElementScope; text: string } | undefined;
  const closeCue = () => {
    if (open !== undefined && open.text.trim() !== '')
      cues.push({ ...toTimeRange(open.scope), text: open.text });
    open = undefined;
  };
  let count = 0;
  for (const token of tokenizeMarkup(text)) {
    count += 1;
    if (count % ITEMS_PER_STEP === 0) yield;
    if (cues.length >= MAX_CUES) break;
    if (token.kind === 'text') {
      if (open !== undefined && open.text.length < MAX_CUE_TEXT_CHARS)
        open.text += token.text.replace(/\s+/g, ' ');
    } else if (token.kind === 'close') {
      while (scopes.some((scope) => scope.name === token.name) && scopes.pop()?.name !== token.name);
      if (isCueElement(token.name)) closeCue();
    } else if (token.name === 'br') {
      if (open !== undefined) open.text += '\n';
    } else {
      if (token.name === 'tt') setRates(timeRates, token.attributes);
      language ??= token.attributes.get('lang');
      if (!SCOPE_ELEMENTS.has(token.name)) continue;
      if (isCueElement(token.name)) while (scopes.some(({ name }) => isCueElement(name))) scopes.pop();
      const scope = createScope(token, scopes.at(-1), timeRates);
      if (scope === undefined) {
        unreadCount.add([...token.attributes].map((pair) => pair.join('=')).join(' '));
      }
      if (isCueElement(token.name)) {
        closeCue();
        open = scope && { scope, text: '' };
      } else if (
        token.name === 'span' &&
        scope !== undefined &&
        token.attributes.has('begin') &&
        open !== undefined
      ) {
        // Splits words that appear one after the other.
        if (open.text.trim() !== '')
          cues.push({ startMs: open.scope.startMs, endMs: scope.startMs, text: open.text });
        open = { scope, text: '' };
      }
      if (scope !== undefined && !token.isEmpty && scopes.length < MAX_DEPTH) scopes.push(scope);
    }
  }
  closeCue();
  return { cues, language, unread: unreadCount.toUnreadLines };
}

const SCOPE_ELEMENTS: ReadonlySet<string> = new Set(['body', 'div', 'p', 'span', 'text']);
const isCueElement = (name: string) => name === 'p' || name === 'text';

function toTimeRange({ startMs, endMs }: ElementScope): { readonly startMs: number; readonly endMs: number } {
  return { startMs, endMs: Number.isFinite(endMs) ? endMs : startMs };
}

function setRates(rates: TimeRates, attributes: ReadonlyMap<string, string>): void {
  const [numerator = 1, denominator = 1] = (attributes.get('frameratemultiplier') ?? '')
    .split(/[\s:]/)
    .map(Number)
    .filter((value) => value > 0);
  const frames = Number(attributes.get('framerate'));
  if (frames > 0) rates.framesPerSecond = (frames * numerator) / denominator;
  const ticks = Number(attributes.get('tickrate'));
  rates.ticksPerSecond = ticks > 0 ? ticks : frames > 0 ? frames : 1;
}

/** Returns undefined if a stated time is invalid. */
function createScope(
  { name, attributes }: { readonly name: string; readonly attributes: ReadonlyMap<string, string> },
  outerScope: ElementScope | undefined,
  rates: TimeRates,
): ElementScope | undefined {
  const base = outerScope?.startMs ?? 0;
  // srv3 counts in ms, srv1 (`<text start dur>`) in seconds.
  const isSrv3 = attributes.has('t');
  const readTimeAttribute = (key: string, short: string) => {
    const value = attributes.get(isSrv3 ? short : key) ?? attributes.get(key === 'begin' ? 'start' : key);
    return value === undefined
      ? undefined
      : (parseOffsetMs(isSrv3 ? `${value}ms` : value, rates) ?? Number.NaN);
  };
  const begin = readTimeAttribute('begin', 't');
  const duration = readTimeAttribute('dur', 'd');
  const end = isSrv3 ? undefined : readTimeAttribute('end', '');
  if ([begin, duration, end].some(Number.isNaN)) return undefined;
  const startMs = base + (begin ?? 0);
  const ends = [
    outerScope?.endMs ?? Number.POSITIVE_INFINITY,
    end === undefined ? Number.POSITIVE_INFINITY : base + end,
    duration === undefined ? Number.POSITIVE_INFINITY : startMs + duration,
  ];
  return { name, startMs, endMs: Math.min(...ends) };
}

function parseOffsetMs(value: string, { framesPerSecond, ticksPerSecond }: TimeRates): number | undefined {
  const text = value.trim().slice(0, 40);
  const offset = /^(\d{1,12}(?:\.\d{1,9})?)(h|ms|m|s|f|t)$/.exec(text);
  if (offset !== null) {
    const units = {
      h: 3_600_000,
      m: 60_000,
      s: 1000,
      ms: 1,
      f: 1000 / framesPerSecond,
      t: 1000 / ticksPerSecond,
    };
    return Math.round(Number(offset[1]) * units[offset[2] as keyof typeof units]);
  }
  const frames = /^(\d{1,4}:\d{1,2}:\d{1,2})[:;](\d{1,3})(?:\.\d{1,3})?$/.exec(text);
  if (frames === null) return parseTime(text);
  const clockMs = parseTime(frames[1] ?? '');
  return clockMs === undefined
    ? undefined
    : Math.round(clockMs + (Number(frames[2]) * 1000) / framesPerSecond);
}
