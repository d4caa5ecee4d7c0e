import type { Description } from '../../server/src/core/domain/description.ts';
import type { Outline, Passage } from '../../server/src/core/domain/passage.ts';
import type { Stage } from '../../server/src/core/domain/stage.ts';
import { toVectorId, type VectorKind, type VectorRow } from '../../server/src/core/domain/vector.ts';
import type { VideoFile, VideoRecord } from '../../server/src/core/domain/video.ts';
import type { WriteBatch } from '../../server/src/ports/store.ts';

/** Small whole records for tests of the index; what a test is about is given, the rest is filled in. */
export const copyOf = (uri: string, videoId: string, more: Partial<VideoFile> = {}): VideoFile => ({
  uri,
  path: uri.replace('file://', ''),
  videoId,
  bytes: 1,
  modifiedMs: 1_700_000_000_123,
  sample: 'abc',
  sidecars: [{ uri: `${uri}.srt`, bytes: 7, modifiedMs: 8 }],
  holders: ['file:///videos'],
  done: { probe: '1' },
  failures: {},
  forgotten: false,
  recordedMs: 1_600_000_000_000,
  ...more,
});

export const videoOf = (videoId: string, more: Partial<VideoRecord> = {}): VideoRecord => ({
  videoId,
  probe: { container: 'mp4', durationMs: 60_000, streams: [], chapters: [], title: "It's" },
  done: { probe: '1' },
  failures: {},
  clips: [{ startMs: 0, endMs: 60_000 }],
  ...more,
});

export const descriptionOf = (
  videoId: string,
  uri: string,
  stage: Stage,
  startMs: number,
  text = 'hello',
): Description => ({
  id: `${videoId}|${uri}|${stage}|${startMs}`,
  videoId,
  uri,
  clipId: `${videoId}-${startMs}`,
  stage,
  startMs,
  endMs: startMs + 30_000,
  lines: [{ kind: 'speech', text, startMs, endMs: startMs + 1_000, source: 'a.srt', speaker: 'Ana' }],
  describer: 'a.srt',
  recipe: 'r1',
});

export const passageOf = (videoId: string, uri: string, startMs: number, terms: string): Passage => ({
  id: `${videoId}|${uri}|${startMs}`,
  videoId,
  uri,
  terms,
  startMs,
  endMs: startMs + 60_000,
  lines: [{ kind: 'speech', text: terms, startMs, endMs: startMs + 60_000, source: 'a.srt' }],
});

export const outlineOf = (uri: string, videoId: string, terms: string): Outline => ({
  uri,
  videoId,
  terms,
  title: `Title of ${videoId}`,
});

/** A vector of length 1 in the direction of `towards`. */
export function vectorOf(
  videoId: string,
  uri: string,
  kind: VectorKind,
  startMs: number,
  towards: readonly number[],
): VectorRow {
  const length = Math.hypot(...towards);
  const made = towards.join(' ');
  const of = { videoId, uri, kind, startMs, endMs: startMs + 30_000, made };
  return { id: toVectorId(of), ...of, vector: Float32Array.from(towards, (value) => value / length) };
}

/** Batch `number` of the writer process: a video of its own, and a new version of what all of them share. */
export function writerBatch(number: number): WriteBatch {
  const videoId = `v${number}`;
  const uri = `file:///videos/${number}.mp4`;
  return {
    descriptions: [
      { videoId, uri: '', stage: 'cues', rows: [descriptionOf(videoId, '', 'cues', 0)] },
      { videoId: 'shared', uri: '', stage: 'cues', rows: [descriptionOf('shared', '', 'cues', 0)] },
    ],
    passages: [
      { videoId, uri: '', rows: [passageOf(videoId, '', 0, 'own'), passageOf(videoId, '', 30_000, 'own')] },
      { videoId: 'shared', uri: '', rows: [passageOf('shared', '', 0, `shared at${number}`)] },
    ],
    outlines: [outlineOf(uri, videoId, 'own')],
    vectors: [
      {
        role: 'text',
        model: 'writer@1',
        videoId,
        uri: '',
        rows: [vectorOf(videoId, '', 'speech', 0, [1, number])],
      },
      {
        role: 'text',
        model: 'writer@1',
        videoId: 'shared',
        uri: '',
        rows: [vectorOf('shared', '', 'speech', 0, [1, number])],
      },
    ],
    videos: [videoOf(videoId)],
    copies: [copyOf(uri, videoId)],
  };
}
