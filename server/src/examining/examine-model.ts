import { cosineSimilarity } from '../core/domain/vector.ts';
import type { ExamMark } from '../core/exams/exam-result.ts';
import { drawSquare, EXAM_PICTURES, type ExamPicture } from '../core/exams/picture-exam.ts';
import {
  countHeardWords,
  decodeMuLaw,
  doubleRate,
  RANKING_EXAM,
  SPOKEN_SENTENCE,
} from '../core/exams/text-exam.ts';
import { countRightPairs, VOICE_EXAM } from '../core/exams/voice-exam.ts';
import { captionInstruction, captionPrompt } from '../core/generation/caption-prompt.ts';
import { measureLanguages } from '../core/ranking/embedder-languages.ts';
import { LANGUAGE_PAIRS } from '../core/ranking/language-pairs.ts';
import { diarise } from '../core/speakers/diarise.ts';
import type { Captioner } from '../ports/captioner.ts';
import type { Picture } from '../ports/decoder.ts';
import type { Diariser } from '../ports/diariser.ts';
import type { FrameEmbedder } from '../ports/frame-embedder.ts';
import type { Reranker } from '../ports/reranker.ts';
import type { TextEmbedder } from '../ports/text-embedder.ts';
import type { Transcriber } from '../ports/transcriber.ts';

const toPicture = (picture: ExamPicture, sidePx: number): Picture => ({
  timeMs: 0,
  width: sidePx,
  height: sidePx,
  data: drawSquare(picture, sidePx),
});

/** Lets a reranker find the answer among three passages, four times. */
export async function examineReranker(reranker: Reranker, signal: AbortSignal): Promise<ExamMark> {
  let right = 0;
  for (const { question, passages } of RANKING_EXAM) {
    const scores = await reranker.rank(question, passages, signal);
    if (scores.indexOf(Math.max(...scores)) === 0) right += 1;
  }
  const all = RANKING_EXAM.length;
  const isFit = right >= all - 1;
  const verdict = isFit ? 'it puts answers first' : 'its order is worse than none, so it is not used';
  return { right, all, summary: `${right} of ${all} answers put first: ${verdict}`, isFit };
}

/** Measures which languages a text embedder understands. */
export async function examineTextEmbedder(embedder: TextEmbedder, signal: AbortSignal): Promise<ExamMark> {
  const pairs = Object.values(LANGUAGE_PAIRS).flat();
  const embed = (texts: readonly string[], purpose: 'query' | 'passage') =>
    embedder.embed(texts, purpose, signal);
  const questions = await embed(
    pairs.map(([question]) => question),
    'query',
  );
  const answers = await embed(
    pairs.map(([, answer]) => answer),
    'passage',
  );
  const languages = measureLanguages(questions, answers);
  const all = Object.keys(LANGUAGE_PAIRS).length;
  if (languages === 'all') return { right: all, all, summary: 'it is used in all languages', isFit: true };
  const names = [...languages].join(', ');
  const summary = `${languages.size} of ${all} languages understood (${names}): other languages are matched by words`;
  return { right: languages.size, all, summary, isFit: true };
}

/** Lets a frame embedder tell four colours apart. */
export async function examineFrameEmbedder(embedder: FrameEmbedder, signal: AbortSignal): Promise<ExamMark> {
  const pictures = EXAM_PICTURES.map((picture) => toPicture(picture, embedder.framePx));
  const vectors = await embedder.embedPictures(pictures, signal);
  const texts = EXAM_PICTURES.map(({ colour }) => `a ${colour} square`);
  const textVectors = await embedder.embedTexts(texts, signal);
  const right = textVectors.filter((text, i) => {
    const similarities = vectors.map((vector) => cosineSimilarity(text, vector));
    return similarities.indexOf(Math.max(...similarities)) === i;
  }).length;
  const all = EXAM_PICTURES.length;
  return { right, all, summary: `${right} of ${all} pictures found by their words`, isFit: true };
}

/** Lets a captioner describe two squares; it must name their colours. */
export async function examineCaptioner(captioner: Captioner, signal: AbortSignal): Promise<ExamMark> {
  const { framePx } = captioner.budget;
  const shown = [EXAM_PICTURES[0], EXAM_PICTURES[2]].filter((picture) => picture !== undefined);
  const range = { startMs: 0, endMs: 1_000 };
  const prompt = captionPrompt(range, [0], [], captionInstruction('English', false), captioner.budget);
  let right = 0;
  let problem = '';
  for (const picture of shown) {
    const [reply] = await captioner.caption([{ pictures: [toPicture(picture, framePx)], prompt }], signal);
    if (reply && 'text' in reply && reply.text.toLowerCase().includes(picture.colour)) right += 1;
    if (reply && 'failure' in reply) problem = `: ${reply.failure.reason}`;
  }
  return {
    right,
    all: shown.length,
    summary: `${right} of ${shown.length} pictures described${problem}`,
    isFit: true,
  };
}

/** Lets a transcriber write down a spoken English sentence. `recording` is G.711 mu-law. */
export async function examineTranscriber(
  transcriber: Transcriber,
  recording: Uint8Array,
  signal: AbortSignal,
): Promise<ExamMark> {
  const samples = doubleRate(decodeMuLaw(recording));
  const reply = await transcriber.transcribe({ samples, language: 'en' }, signal);
  const all = countHeardWords(SPOKEN_SENTENCE);
  if ('failure' in reply) return { right: 0, all, summary: reply.failure.reason, isFit: true };
  const text = reply.segments.map((segment) => segment.text).join(' ');
  const right = countHeardWords(text);
  return {
    right,
    all,
    summary: `${right} of ${all} words of an English sentence heard: “${text.trim()}”`,
    isFit: true,
  };
}

/** Lets a diariser tell a man and a woman apart who speak in turns. `recording` is G.711 mu-law. */
export async function examineDiariser(
  diariser: Diariser,
  recording: Uint8Array,
  signal: AbortSignal,
): Promise<ExamMark> {
  const samples = doubleRate(decodeMuLaw(recording));
  const { windows, minSimilarity } = await diariser.hear({ samples, speech: VOICE_EXAM }, signal);
  const steps = diarise(windows, minSimilarity);
  let step = steps.next();
  while (step.done !== true) step = steps.next();
  const { right, all } = countRightPairs(step.value);
  const isFit = right >= all - 1;
  const verdict = isFit ? 'it tells voices apart' : 'it mixes voices up, so it is not used';
  return { right, all, summary: `${right} of ${all} pairs of sentences right: ${verdict}`, isFit };
}
