import { parse } from 'subsrt-ts';
import type { Cue, CueKind, CueTrack } from './cue.ts';
import { parseFrames } from './cues/frames.ts';
import { parseLyrics } from './cues/lyrics.ts';
import { FILLER, MOST_TEXT, mendBlocks, mendEvents } from './cues/mend.ts';
import { hintsOf, languageOf } from './cues/name.ts';
import { type PlainLine, plainLines, visible } from './cues/plain.ts';
import { areChapters, isLanguage, isPayload, withoutSounds } from './cues/prose.ts';
import type { RawCue } from './cues/raw.ts';
import { type Shown, unrolled } from './cues/rolling.ts';
import { type Spoken, withSpeakers } from './cues/speakers.ts';
import { extensionOf } from './extensions.ts';

/** More cues than a day of speech has are cut off: subtitle files are untrusted. */
const MOST_CUES = 200_000;

/**
 * The Cues of a subtitle file by its name and text. The name gives the format, and with the header the language and
 * kind. `framesPerSecond` is the video's, for formats that count frames. A text without any cue gives an empty track.
 */
export function parseCues(name: string, text: string, framesPerSecond?: number): CueTrack {
  const hints = hintsOf(name);
  const { cues, header, language } = rawCues(extensionOf(name), text, framesPerSecond);
  const kindName = (header.get('kind') ?? '').toLowerCase();
  const kind: CueKind =
    hints.describes || kindName === 'descriptions' || kindName === 'chapters' ? 'description' : 'speech';
  const stated = languageOf(header.get('language') ?? language ?? '') ?? hints.language;
  const silent = hints.metadata || kindName === 'metadata';
  return { source: name, language: stated, cues: silent ? [] : clean(cues, kind) };
}

/** Cleans the Cues of an embedded track as a decoder gives them, markup left in. */
export function cleanCues(cues: readonly Cue[]): readonly Cue[] {
  return clean(cues, cues[0]?.kind ?? 'speech');
}

interface Read {
  readonly cues: readonly RawCue[];
  readonly header: ReadonlyMap<string, string>;
  readonly language?: string;
}

function rawCues(extension: string, text: string, framesPerSecond: number | undefined): Read {
  const header = new Map<string, string>();
  if (extension === 'lrc') return { ...parseLyrics(text), header };
  if (extension === 'ass' || extension === 'ssa' || /^\s*\[Script Info\]/i.test(text.slice(0, 2000))) {
    const captions = parse(mendEvents(text), { format: 'ssa' });
    return { cues: captions.flatMap((one) => (one.type === 'caption' ? [eventOf(one)] : [])), header };
  }
  if (extension === 'sub' && /^\uFEFF?\s*\{\d+\}\{\d*\}/.test(text)) {
    return { cues: parseFrames(text, framesPerSecond), header };
  }
  const mended = mendBlocks(
    extension === 'sub' || extension === 'sbv' ? text.replace(/\[br\]/gi, '\n') : text,
  );
  const captions = parse(mended.text, { format: 'vtt', eol: '\n' });
  return {
    cues: captions.flatMap((one) =>
      one.type === 'caption' ? [{ startMs: one.start, endMs: one.end, text: one.content }] : [],
    ),
    header: mended.header,
  };
}

function eventOf(caption: {
  start: number;
  end: number;
  content: string;
  data?: Record<string, string>;
}): RawCue {
  const text = caption.content.startsWith(FILLER) ? caption.content.slice(FILLER.length) : caption.content;
  return { startMs: caption.start, endMs: caption.end, text, speaker: caption.data?.Name || undefined };
}

function clean(raw: readonly RawCue[], kind: CueKind): readonly Cue[] {
  const cues = raw
    .filter((cue) => cue.endMs > cue.startMs && cue.startMs >= 0)
    .slice(0, MOST_CUES)
    .sort((a, b) => a.startMs - b.startMs || a.endMs - b.endMs);
  const lines = cues.map((cue) =>
    plainLines(cue.text.slice(0, MOST_TEXT)).map((line) => spokenOf(line, cue.speaker)),
  );
  const named = kind === 'speech' ? withSpeakers(lines) : lines;
  const shown = cues.flatMap((cue, at) => bySpeaker(cue, named[at] ?? []));
  const read = unrolled(shown).map((cue) => ({
    startMs: Math.round(cue.startMs),
    endMs: Math.round(cue.endMs),
    text: cue.lines.join(' '),
    speaker: cue.speaker,
  }));
  if (!isLanguage(read)) return [];
  const trackKind = kind === 'speech' && areChapters(read) ? 'description' : kind;
  return read
    .filter(({ text }) => !isPayload(text) && !/^[♩-♯\p{P}\s]+$/u.test(text))
    .map(({ speaker, ...cue }) => ({
      ...cue,
      kind: trackKind === 'speech' && isSound(cue.text) ? 'description' : trackKind,
      ...(speaker === undefined ? {} : { speaker }),
    }));
}

/** Tells whether a text only names a sound: `[Music]`, `(applause)`. It is not said. */
function isSound(text: string): boolean {
  return /\p{L}/u.test(text) && !/[\p{L}\p{N}]/u.test(withoutSounds(text));
}

function spokenOf(line: PlainLine, field: string | undefined): Spoken {
  const speaker = line.voice ?? (field === undefined ? undefined : visible(field) || undefined);
  return { text: line.text, speaker };
}

/** One cue for each speaker in turn; a line that names none goes on with the one before. */
function bySpeaker(cue: RawCue, lines: readonly Spoken[]): readonly Shown[] {
  const parts: { speaker?: string; lines: string[] }[] = [];
  for (const { text, speaker } of lines) {
    const last = parts.at(-1);
    if (last !== undefined && (speaker === undefined || speaker === last.speaker)) last.lines.push(text);
    else parts.push({ speaker, lines: [text] });
  }
  return parts.map((part) => ({ startMs: cue.startMs, endMs: cue.endMs, ...part }));
}
