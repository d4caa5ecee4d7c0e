import { setImmediate } from 'node:timers/promises';
import { AV_DISPOSITION_DESCRIPTIONS } from 'node-av/constants';
import { avGetCodecName, Packet } from 'node-av/lib';
import type { Cue } from '../../core/cue.ts';
import type { Uri } from '../../core/range.ts';
import { cueTextOf } from './cue-text.ts';
import { keepOnly, openMedia, timeOf } from './node-av-open.ts';
import { TEXTUAL } from './node-av-probe.ts';

/** Cues beyond this many are left out: no real track has them. */
const MOST = 200_000;
const TURN_MS = 20;

/** Reads one text subtitle track. A cue without an end lasts until the next, at most this, ms. */
const OPEN_END_MS = 10_000;

function closed(cues: readonly Cue[]): readonly Cue[] {
  return cues.map((cue, at) =>
    cue.endMs > cue.startMs
      ? cue
      : {
          ...cue,
          endMs: Math.min(cues[at + 1]?.startMs ?? Number.POSITIVE_INFINITY, cue.startMs + OPEN_END_MS),
        },
  );
}

export async function subtitles(uri: Uri, index: number, signal: AbortSignal): Promise<readonly Cue[]> {
  const media = await openMedia(uri);
  const packet = new Packet();
  packet.alloc();
  try {
    const stream = media.streams[index];
    if (!stream || !TEXTUAL.includes(stream.codecpar.codecId)) {
      throw new RangeError(`Track ${index} holds no text.`);
    }
    keepOnly(media, [stream]);
    const codec = avGetCodecName(stream.codecpar.codecId) ?? '';
    const kind = stream.hasDisposition(AV_DISPOSITION_DESCRIPTIONS) ? 'description' : 'speech';
    const cues: Cue[] = [];
    let turned = performance.now();
    while (cues.length < MOST && media.format.readFrameSync(packet) >= 0) {
      const startMs = timeOf(packet.pts, stream, media.originUs);
      const data = packet.data;
      if (packet.streamIndex === stream.index && startMs !== undefined && data) {
        const said = cueTextOf(codec, data);
        const length = (Number(packet.duration) * stream.timeBase.num * 1000) / stream.timeBase.den;
        const endMs = Math.round(startMs + Math.max(0, length));
        if (said.text.trim() && endMs > 0) {
          cues.push({ startMs: Math.max(0, Math.round(startMs)), endMs, kind, ...said });
        }
      }
      packet.unref();
      if (performance.now() - turned > TURN_MS) {
        await setImmediate();
        signal.throwIfAborted();
        turned = performance.now();
      }
    }
    cues.sort((a, b) => a.startMs - b.startMs);
    return closed(cues);
  } finally {
    packet.free();
    await media.close();
  }
}
