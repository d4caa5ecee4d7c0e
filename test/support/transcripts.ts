import assert from 'node:assert/strict';
import type { AnswerQuestionDeps } from '../../server/src/answering/answer-job.ts';
import { createAnswerQuestion } from '../../server/src/answering/answer-question.ts';
import type { AnswerQuestion } from '../../server/src/answering/ask-request.ts';
import { createResolveQuestion } from '../../server/src/answering/resolve-question.ts';
import type { ConversationTurn } from '../../server/src/core/domain/conversation.ts';
import type { Line } from '../../server/src/core/domain/description.ts';
import type { Scope } from '../../server/src/core/domain/search-result.ts';
import type { Chapter, VideoFile, VideoRecord } from '../../server/src/core/domain/video.ts';
import { groupLinesByClip } from '../../server/src/core/pipeline/group-lines-by-clip.ts';
import { buildOutline } from '../../server/src/core/ranking/build-outline.ts';
import { buildPassages } from '../../server/src/core/ranking/build-passages.ts';
import { runSteps } from '../../server/src/core/text/steps.ts';
import type { Store } from '../../server/src/ports/store.ts';
import type { CatalogueReader } from '../../server/src/search/catalogue-reader.ts';
import { createSearch } from '../../server/src/search/search.ts';
import { createMemoryStore } from '../fakes/memory-store.ts';

/** A made-up video: `own` lines belong to its content, `beside` to this copy's sidecar. */
export interface Told {
  readonly path: string;
  readonly videoId?: string;
  readonly own?: readonly Line[];
  readonly beside?: readonly Line[];
  readonly chapters?: readonly Chapter[];
  readonly recorded?: string;
  readonly durationMs?: number;
  /** Has something to look at. */
  readonly pictures?: boolean;
}

const CLIP_MS = 30_000;

/** Cues from `seconds text` lines, each lasting until the next one or 4 s. */
export function cues(text: string, more: Partial<Line> = {}): readonly Line[] {
  const rows = text
    .trim()
    .split('\n')
    .map((row) => {
      const [, at = '0', speaker, words = ''] = /^\s*([\d.]+)\s+(?:([A-Z]\w+): )?(.*)$/.exec(row) ?? [];
      return { startMs: Number(at) * 1000, speaker, words };
    });
  return rows.map(({ startMs, speaker, words }, i) => ({
    kind: 'speech',
    source: 'a.srt',
    language: 'en',
    startMs,
    endMs: Math.min(rows[i + 1]?.startMs ?? Number.POSITIVE_INFINITY, startMs + 4_000),
    text: words,
    ...(speaker && { speaker }),
    ...more,
  }));
}

export function uriOf(path: string): string {
  return `file://${path.split('/').map(encodeURIComponent).join('/')}`;
}

function copyOf({ path, videoId = path, recorded = '2024-05-03' }: Told): VideoFile {
  return {
    uri: uriOf(path),
    path,
    videoId,
    bytes: 1,
    modifiedMs: 0,
    sample: videoId,
    sidecars: [],
    holders: ['index'],
    done: {},
    failures: {},
    forgotten: false,
    recordedMs: Date.parse(recorded),
  };
}

function recordOf({
  path,
  videoId = path,
  durationMs,
  own = [],
  beside = [],
  chapters = [],
  pictures = false,
}: Told): VideoRecord {
  const lengthMs = durationMs ?? Math.max(CLIP_MS, ...[...own, ...beside].map(({ endMs }) => endMs));
  const clips = Array.from({ length: Math.ceil(lengthMs / CLIP_MS) }, (_, i) => ({
    startMs: i * CLIP_MS,
    endMs: Math.min(lengthMs, (i + 1) * CLIP_MS),
  }));
  const streams = pictures ? [{ index: 0, kind: 'video', codec: 'h264' } as const] : [];
  return {
    videoId,
    probe: { container: 'mp4', durationMs: lengthMs, streams, chapters },
    done: {},
    failures: {},
    clips,
  };
}

function catalogueOf(copies: readonly VideoFile[], records: readonly VideoRecord[]): CatalogueReader {
  return {
    revision: 0,
    copy: (uri) => copies.find((copy) => copy.uri === uri),
    video: (videoId) => records.find((record) => record.videoId === videoId),
    copiesOf: (videoId) => copies.filter((copy) => copy.videoId === videoId),
    copies: () => copies,
    under: (uri) => copies.filter((copy) => copy.uri === uri || copy.uri.startsWith(`${uri}/`)),
  };
}

/** Creates the product's answerer as it is without any model; each use of one fails. */
export function answerWithoutModels(
  deps: Pick<AnswerQuestionDeps, 'store' | 'catalogue' | 'find'>,
): AnswerQuestion {
  const fail = (message: string) => assert.fail(message);
  return createAnswerQuestion({
    ...deps,
    answerer: () => undefined,
    captioner: () => undefined,
    decoder: { frames: () => fail('no frames are needed') },
    maxWholeVideoMinutes: () => 0,
    saveSummary: async () => fail('no summary is written'),
    onModelFailure: fail,
  });
}

/** Indexes made-up videos as the pipeline would and gives what searches and answers over them. */
export async function library(
  told: readonly Told[],
  store: Store = createMemoryStore(),
  nowMs = Date.parse('2024-06-13T12:00:00Z'),
) {
  const copies = told.map(copyOf);
  const records = [...new Map(told.map((one) => [one.videoId ?? one.path, recordOf(one)])).values()];
  for (const [i, one] of told.entries()) {
    const copy = copies[i];
    if (!copy) continue;
    const { videoId } = copy;
    const clips = records.find((record) => record.videoId === videoId)?.clips ?? [];
    const parts = [
      { uri: '', lines: one.own ?? [] },
      { uri: copy.uri, lines: one.beside ?? [] },
    ].filter(({ lines }) => lines.length > 0);
    const rows = parts.map(({ uri, lines }) => ({
      uri,
      rows: groupLinesByClip({ videoId, uri, stage: 'cues', describer: 'test', recipe: '1' }, clips, lines),
    }));
    await store.commit({
      descriptions: rows.map(({ uri, rows }) => ({ videoId, uri, stage: 'cues', rows })),
      passages: rows.map(({ uri, rows }) => ({
        videoId,
        uri,
        rows: runSteps(buildPassages({ videoId, uri, rows })),
      })),
      outlines: [
        runSteps(
          buildOutline(
            copy,
            undefined,
            rows.flatMap(({ rows }) => rows),
          ),
        ),
      ],
    });
  }
  const catalogue = catalogueOf(copies, records);
  const retrieve = createSearch(store, catalogue);
  const find = createResolveQuestion({ store, catalogue, search: retrieve, now: () => nowMs, zone: 'UTC' });
  const ask = answerWithoutModels({ store, catalogue, find });
  const signal = new AbortController().signal;
  return {
    store,
    catalogue,
    retrieve,
    find,
    search: async (query: string, scope: Scope = {}, k = 10) =>
      (await retrieve(query, k, scope, signal)).rankedPlaces.map(({ hit }) => hit),
    grounded: async (query: string) => (await retrieve(query, 10, {}, signal)).grounded,
    async ask(question: string, scope: Scope = {}, k = 3, conversation: readonly ConversationTurn[] = []) {
      const deltas: string[] = [];
      const asked = { question, k, scope, conversation };
      const answer = await ask(asked, (delta) => deltas.push(delta), signal);
      return { ...answer, deltas };
    },
  };
}
