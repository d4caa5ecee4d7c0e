import type { BesideVideo, Cue, CueKind, CueTrack } from '../domain/cue.ts';
import { extensionOf } from '../library/media-extensions.ts';
import { mapInSteps, type Steps } from '../text/steps.ts';
import { decideTrackLanguage, parseNameHints } from './filename-hints.ts';
import { parseAss } from './formats/ass.ts';
import { parseCueBlocks } from './formats/cue-blocks.ts';
import { parseLrc } from './formats/lrc.ts';
import { isFrameCounted, readFrameCounted } from './formats/microdvd.ts';
import { parseSami } from './formats/sami.ts';
import { parseJsonTranscript, parseTsvTranscript } from './formats/transcript-records.ts';
import { parseTtml } from './formats/ttml.ts';
import { areChapters, isLanguage, isPayload, removeSounds } from './prose-detector.ts';
import { closeCues, MAX_CUE_TEXT_CHARS, MAX_CUES, type ParsedFile, type RawCue } from './raw-cue.ts';
import { joinWordCues, removeRollUp, type ShownCue } from './rolling-captions.ts';
import { type SpokenLine, splitSpeakerLabels } from './speaker-labels.ts';
import { type Markup, type PlainLine, toPlainLines, toVisibleText } from './strip-markup.ts';

/** Describes a subtitle file apart from its text. */
export interface CueFile extends BesideVideo {
  /** File name; it states format, language and kind if the text does not. */
  readonly name: string;
}

/**
 * Parses a subtitle file in steps; the caller may do other work at each yield. A text without cues gives an
 * empty track. Passages that look like cues but are invalid are counted.
 */
export function* parseCues(file: CueFile, text: string): Steps<CueTrack> {
  const hints = parseNameHints(file.name, file.video);
  const extension = extensionOf(file.name);
  const markup: Markup = isAss(extension, text) ? 'ass' : 'html';
  const parsedFile = yield* parseFile(extension, text, file.framesPerSecond);
  // Ignores other JSON and tables beside a video, which are not subtitles.
  if (parsedFile === undefined) return { source: file.name, cues: [] };
  const isDescription =
    hints.isDescription || parsedFile.kind === 'descriptions' || parsedFile.kind === 'chapters';
  const isSilent = hints.isMetadata || parsedFile.kind === 'metadata';
  const cues = isSilent
    ? []
    : yield* clean(parsedFile.cues, isDescription ? 'description' : 'speech', markup);
  const unreadLines =
    parsedFile.unread ?? (parsedFile.cues.length === 0 ? describeEmptyFile(text) : undefined);
  const language = decideTrackLanguage(parsedFile.language ?? '', hints.language, cues);
  return {
    source: file.name,
    language,
    cues,
    ...(hints.forced && { forced: true }),
    ...(unreadLines !== undefined && !isSilent && { unread: unreadLines }),
  };
}

/** Cleans the cues of an embedded track, which still contain markup, in steps. */
export function* cleanCues(cues: readonly Cue[], markup: Markup): Steps<readonly Cue[]> {
  return yield* clean(cues, cues[0]?.kind ?? 'speech', markup);
}

function isAss(extension: string, text: string): boolean {
  return extension === 'ass' || extension === 'ssa' || /^\s*\[Script Info\]/i.test(text.slice(0, 2000));
}

/** Chooses the reader by the text if it identifies the format, otherwise by the extension. */
function parseFile(
  extension: string,
  text: string,
  framesPerSecond: number | undefined,
): Steps<ParsedFile | undefined> {
  const head = text.slice(0, 2000).trimStart();
  if (/^(?:json|json3)$/.test(extension)) return parseJsonTranscript(text);
  if (extension === 'tsv') return parseTsvTranscript(text);
  if (extension === 'lrc') return parseLrc(text);
  if (isAss(extension, text)) return parseAss(text);
  if (/^(?:smi|sami)$/.test(extension) || /^<sami\b/i.test(head)) return parseSami(text);
  if (/^(?:ttml|dfxp|itt|srv[123])$/.test(extension) || /^<(?:\?xml|tt[\s>:])/i.test(head))
    return parseTtml(text);
  if (isFrameCounted(text)) return readFrameCounted(text, framesPerSecond);
  const hasCommas = extension === 'sub' || extension === 'sbv' || !text.includes('>');
  return parseCueBlocks(hasCommas ? text.replace(/\[br\]/gi, '\n') : text, hasCommas);
}

/** Returns the first line of a file that contains text but no cue. */
function describeEmptyFile(text: string) {
  const head = text.slice(0, 4000).replace(/^\uFEFF?WEBVTT/, '');
  const line = /\S.*/.exec(head)?.[0];
  return line === undefined || (/^\uFEFF?WEBVTT/.test(text) && !/\n\s*\n\s*\S/.test(text.slice(0, 4000)))
    ? undefined
    : { count: 1, text: line.slice(0, 60) };
}

function* clean(raw: readonly RawCue[], kind: CueKind, markup: Markup): Steps<readonly Cue[]> {
  const cues = closeCues(raw.slice(0, MAX_CUES));
  const lines = yield* mapInSteps(cues, (cue) =>
    toPlainLines(cue.text.slice(0, MAX_CUE_TEXT_CHARS), markup).map((line) =>
      toSpeakerLine(line, cue.speaker),
    ),
  );
  const speakerLines = kind === 'speech' ? yield* splitSpeakerLabels(lines) : lines;
  const speakerCues = (yield* mapInSteps(cues, (cue, at) =>
    splitBySpeaker(cue, speakerLines[at] ?? []),
  )).flat();
  const joinedCues = yield* joinWordCues(yield* removeRollUp(speakerCues));
  const plainCues = yield* mapInSteps(joinedCues, (cue) => ({
    startMs: Math.round(cue.startMs),
    endMs: Math.round(cue.endMs),
    text: cue.lines.join(' '),
    speaker: cue.speaker,
  }));
  if (!(yield* isLanguage(plainCues))) return [];
  const trackKind = kind === 'speech' && (yield* areChapters(plainCues)) ? 'description' : kind;
  const cleanedCues = yield* mapInSteps(plainCues, ({ speaker, ...cue }): Cue | undefined => {
    if (isPayload(cue.text) || /^[♩-♯\p{P}\s]+$/u.test(cue.text)) return undefined;
    const cueKind = trackKind === 'speech' && isSound(cue.text) ? 'description' : trackKind;
    return { ...cue, kind: cueKind, ...(speaker === undefined ? {} : { speaker }) };
  });
  return cleanedCues.filter((cue) => cue !== undefined);
}

/** Returns whether a text only describes a sound, such as `[Music]` or `(applause)`. */
function isSound(text: string): boolean {
  return /\p{L}/u.test(text) && !/[\p{L}\p{N}]/u.test(removeSounds(text));
}

function toSpeakerLine(line: PlainLine, field: string | undefined): SpokenLine {
  const speaker = line.voice ?? (field === undefined ? undefined : toVisibleText(field) || undefined);
  return { text: line.text, speaker };
}

/** Splits a cue by speaker. A line without a speaker continues the previous one. */
function splitBySpeaker(cue: RawCue, lines: readonly SpokenLine[]): readonly ShownCue[] {
  const parts: { speaker?: string; lines: string[] }[] = [];
  for (const { text, speaker } of lines) {
    const last = parts.at(-1);
    if (last !== undefined && (speaker === undefined || speaker === last.speaker)) last.lines.push(text);
    else parts.push({ speaker, lines: [text] });
  }
  return parts.map((part) => ({ startMs: cue.startMs, endMs: cue.endMs, ...part }));
}
