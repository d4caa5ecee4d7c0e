import { AV_DISPOSITION_DESCRIPTIONS } from 'node-av/constants';
import { avGetCodecName, Packet } from 'node-av/lib';
import type { Cue } from '../../core/domain/cue.ts';
import type { Uri } from '../../core/domain/time-range.ts';
import type { MediaHints } from '../../ports/decoder.ts';
import { createAbortableYield } from './abortable-yield.ts';
import { findCaptionChannel, isCaptionTrack, readCaptions } from './node-av-captions.ts';
import { discardOtherTracks, openMedia, toTimeMs } from './node-av-open.ts';
import { TEXT_SUBTITLE_CODECS } from './node-av-probe.ts';
import { parsePacketCue, toClosedCues } from './packet-cue.ts';

/** Maximum number of cues; no real track has more. */
const MAX_TRACK_CUES = 200_000;

/** Reads one text subtitle track. */
export async function subtitles(
  uri: Uri,
  index: number,
  signal: AbortSignal,
  hints?: MediaHints,
): Promise<readonly Cue[]> {
  const media = await openMedia(uri, hints);
  const packet = new Packet();
  packet.alloc();
  try {
    const channel = findCaptionChannel(media, index);
    if (channel && media.video) return toClosedCues(await readCaptions(media, media.video, channel, signal));
    const stream = media.streams[index];
    if (stream && isCaptionTrack(stream))
      return toClosedCues(await readCaptions(media, stream, 'CC1', signal));
    if (!stream || !TEXT_SUBTITLE_CODECS.includes(stream.codecpar.codecId)) {
      throw new RangeError(`Track ${index} contains no text.`);
    }
    discardOtherTracks(media, [stream]);
    const codec = avGetCodecName(stream.codecpar.codecId) ?? '';
    const kind = stream.hasDisposition(AV_DISPOSITION_DESCRIPTIONS) ? 'description' : 'speech';
    const cues: Cue[] = [];
    const yieldToEventLoop = createAbortableYield(signal);
    while (cues.length < MAX_TRACK_CUES && media.read(packet)) {
      const startMs = toTimeMs(packet.pts, stream, media.originUs);
      const data = packet.data;
      if (packet.streamIndex === stream.index && startMs !== undefined && data) {
        const packetCue = parsePacketCue(codec, data);
        const length = (Number(packet.duration) * stream.timeBase.num * 1000) / stream.timeBase.den;
        const endMs = Math.round(startMs + Math.max(0, length));
        if (packetCue.text.trim() && endMs > 0) {
          cues.push({ startMs: Math.max(0, Math.round(startMs)), endMs, kind, ...packetCue });
        }
      }
      packet.unref();
      const pendingYield = yieldToEventLoop();
      if (pendingYield) await pendingYield;
    }
    return toClosedCues(cues);
  } finally {
    packet.free();
    await media.close();
  }
}
