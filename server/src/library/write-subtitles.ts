import type { SubtitlesProgress, SubtitlesResult } from '../../protocol/subtitles.ts';
import type { VideoResult } from '../../protocol/videos.ts';
import { translateTexts } from '../answering/translate-texts.ts';
import { writeText } from '../base/atomic-output.ts';
import type { GuardOutput } from '../base/output-guard.ts';
import { findGlossary } from '../core/corrections/glossary.ts';
import type { Uri } from '../core/domain/time-range.ts';
import { ModelUnavailableError } from '../core/errors/model-unavailable.ts';
import { toEnglishName } from '../core/subtitles/language-names.ts';
import { formatSrt } from '../exporting/srt.ts';
import { layOutSubtitles, type TimedSpeech } from '../exporting/subtitle-layout.ts';
import { formatVtt } from '../exporting/vtt.ts';
import { type LibrarySubtitlesRequest, RequestError } from '../library.ts';
import type { Answerer } from '../ports/answerer.ts';
import { outputPath, rethrowOutput } from './output.ts';

export interface SubtitleDeps {
  readonly videoOf: (uri: Uri) => Promise<VideoResult>;
  readonly guard: GuardOutput;
  /** Returns the model that writes answers. It also translates. */
  readonly answerer: () => Answerer | undefined;
}

/** Minimum share of the lines that a model must translate; with fewer, the request fails. */
const MIN_TRANSLATED_SHARE = 0.7;

/**
 * Returns the lines of speech in time order, of one language if one is wanted. A second track of the same words, as in
 * another language, is left out.
 */
function spokenLines(
  { lines }: VideoResult,
  fits: (language: string | undefined) => boolean,
): readonly TimedSpeech[] {
  const speech = lines.filter((line) => line.kind === 'speech' && fits(line.language));
  const source = speech[0]?.source;
  return speech
    .filter((line) => line.source === source)
    .map(({ startMs, endMs, text, speaker }) => ({ startMs, endMs, text, speaker }));
}

/** Returns whether a language is the wanted one or a form of it: `en` also stands for `en-GB`. Case does not count. */
function isInLanguage(language: string | undefined, wanted: string): boolean {
  const [code, prefix] = [language?.toLowerCase() ?? '', wanted.toLowerCase()];
  return code === prefix || code.startsWith(`${prefix}-`);
}

/**
 * Writes what is said in a video as subtitles, with corrections, and translated if a language is named. Rejects with
 * RequestError if nothing is known of it, or if no model can translate it.
 */
export async function writeSubtitles(
  deps: SubtitleDeps,
  {
    uri,
    format = 'srt',
    language,
    translate,
    file,
    speakers = false,
    force,
    answerer,
  }: LibrarySubtitlesRequest,
  onProgress: (progress: SubtitlesProgress) => void,
  signal: AbortSignal,
): Promise<SubtitlesResult> {
  const video = await deps.videoOf(uri);
  const spoken = spokenLines(
    video,
    (code) =>
      (language === undefined || isInLanguage(code, language)) &&
      (translate === undefined || !isInLanguage(code, translate)),
  );
  if (spoken.length === 0) throw noSpeech(video, uri, language, translate);
  const { lines, translation } =
    translate === undefined
      ? { lines: spoken, translation: undefined }
      : await translateSpeech(answerer ?? deps.answerer(), video, spoken, translate, onProgress, signal);
  const subtitles = layOutSubtitles(lines, { speakers });
  const text = format === 'srt' ? formatSrt(subtitles) : formatVtt(subtitles);
  const result = { format, text, subtitles: subtitles.length, ...(translation && { translation }) };
  if (file === undefined) return result;
  const path = outputPath(file);
  const save = async () => {
    await deps.guard(path);
    await writeText(path, text, force === true);
  };
  await save().catch(rethrowOutput(file));
  return { ...result, path };
}

function noSpeech(
  { path, lines }: VideoResult,
  uri: Uri,
  language: string | undefined,
  translate: string | undefined,
): RequestError {
  if (translate !== undefined && lines.some((line) => isInLanguage(line.language, translate)))
    return new RequestError(
      'invalid',
      `The speech that is known of ${path} is in the language "${translate}" already.`,
      'Leave out --translate.',
      uri,
    );
  return new RequestError(
    'unavailable',
    `Goldfish knows no speech of ${path}${language === undefined ? '' : ` in the language "${language}"`}.`,
    'Put a subtitle file beside it, or choose a transcriber with "goldfish models", and wait until it is indexed.',
    uri,
  );
}

/** Returns the English name of a language. Throws `invalid` for an unknown one. */
function requireLanguageName(code: string): string {
  const isCode = /^[a-z]{2,3}(?:-[a-z0-9]{2,8})*$/i.test(code);
  const name = isCode ? toEnglishName(code) : undefined;
  if (name !== undefined) return name;
  throw new RequestError(
    'invalid',
    `"${code}" is not a language code.`,
    'Use a code such as de, fr or pt-BR.',
  );
}

/** Translates lines of speech. Each keeps its time and speaker. */
async function translateSpeech(
  model: Answerer | undefined,
  { corrections }: VideoResult,
  spoken: readonly TimedSpeech[],
  translate: string,
  onProgress: (progress: SubtitlesProgress) => void,
  signal: AbortSignal,
) {
  const language = requireLanguageName(translate);
  if (model === undefined)
    throw new RequestError(
      'unavailable',
      'No model is in use that could translate.',
      'Choose one that writes answers: "goldfish models" lists them.',
    );
  const request = { texts: spoken.map(({ text }) => text), language, glossary: findGlossary(corrections) };
  const report = (done: number) => onProgress({ done, total: spoken.length });
  const translations = await translateTexts(model, request, report, signal).catch((error: unknown) => {
    if (!(error instanceof ModelUnavailableError)) throw error;
    throw new RequestError('unavailable', `${model.name} did not answer: ${error.message}`, error.remedy);
  });
  const untranslated = translations.filter((translation) => translation === undefined).length;
  if (untranslated > spoken.length * (1 - MIN_TRANSLATED_SHARE))
    throw new RequestError(
      'unavailable',
      `${model.name} translated only ${spoken.length - untranslated} of ${spoken.length} lines into ${language}.`,
      'Choose a larger model that writes answers.',
    );
  const lines = spoken.map((line, at) => ({ ...line, text: translations[at] ?? line.text }));
  return { lines, translation: { model: model.name, sentTo: model.sentTo, untranslated } };
}
