import type { MediaProbe, StreamInfo } from '../domain/video.ts';
import type { MediaFailure } from '../errors/media-failure.ts';

/** Codecs of bitmap subtitles that can be turned into pictures: Blu-ray, DVD, television and DivX. */
const READ_BITMAP_CODECS: readonly string[] = ['hdmv_pgs_subtitle', 'dvd_subtitle', 'dvb_subtitle', 'xsub'];
/** Tracks that are read at most: discs have dozens, and each costs minutes. */
const MAX_READ_TRACKS = 4;

export interface BitmapSettings {
  readonly enabled: boolean;
  /** Language codes of the OCR engine: `eng`, `chi_sim`. */
  readonly languages: readonly string[];
}

/** Returns the ISO 639 language of a code of the OCR engine or of a track: `eng` and `en-GB` are `en`. */
function toLanguage(code: string): string {
  try {
    return new Intl.Locale(code.split(/[_-]/)[0] ?? code).language;
  } catch {
    return code;
  }
}

const isBitmapTrack = ({ kind, textual }: StreamInfo) => kind === 'subtitle' && textual !== true;

function isReadable({ codec, language }: StreamInfo, { enabled, languages }: BitmapSettings): boolean {
  const isKnownLanguage = language === undefined || languages.map(toLanguage).includes(toLanguage(language));
  return enabled && isKnownLanguage && READ_BITMAP_CODECS.includes(codec);
}

/** Returns the bitmap subtitle tracks that the text recogniser reads: those in its languages. */
export function listReadBitmapTracks(
  { streams }: Pick<MediaProbe, 'streams'>,
  settings: BitmapSettings,
): readonly StreamInfo[] {
  return streams
    .filter((stream) => isBitmapTrack(stream) && isReadable(stream, settings))
    .slice(0, MAX_READ_TRACKS);
}

function toUnreadReason(
  { codec, language }: StreamInfo,
  { enabled }: BitmapSettings,
): readonly [string, string] {
  const CONVERT = 'Convert them to .srt beside the video.';
  if (!READ_BITMAP_CODECS.includes(codec)) return [`no reader for ${codec}`, CONVERT];
  if (!enabled) return ['reading text on screen is switched off', 'Set screenText.enabled to true.'];
  return language === undefined
    ? ['more tracks than are read', CONVERT]
    : [`no text recogniser for ${language} in use`, 'Add the language to screenText.languages.'];
}

/** Returns a failure for bitmap subtitles of which no track is read. Undefined if one is, or if there are none. */
export function describeUnreadBitmaps(
  probe: Pick<MediaProbe, 'streams'>,
  settings: BitmapSettings,
): MediaFailure | undefined {
  const tracks = probe.streams.filter(isBitmapTrack);
  const [first] = tracks;
  if (first === undefined || listReadBitmapTracks(probe, settings).length > 0) return undefined;
  const [why, remedy] = toUnreadReason(first, settings);
  const which =
    tracks.length === 1
      ? 'Its subtitles are pictures and were'
      : `Its ${tracks.length} tracks of subtitles are pictures and were`;
  return { kind: 'unsupportedCodec', reason: `${which} not read: ${why}.`, remedy };
}
