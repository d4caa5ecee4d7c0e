import type { MediaProbe, StreamInfo, VideoRecord } from '../domain/video.ts';

/** Indexes of tracks that are read instead of those that players choose. */
export interface TrackSelection {
  readonly video?: number | undefined;
  readonly audio?: number | undefined;
}

/** One entry of the setting `media.tracks`: the end of a path, and the tracks to read, counted from 1 for each kind. */
interface TrackRule {
  readonly path: string;
  readonly video?: number;
  readonly audio?: number;
}

const RULE = /^(.+?)=((?:audio|video):[1-9]\d{0,2}(?:\+(?:audio|video):[1-9]\d{0,2})?)$/;

/** Parses `talk.mkv=audio:2` or `/films/talk.mkv=video:2+audio:1`. Returns undefined for anything else. */
export function parseTrackRule(text: string): TrackRule | undefined {
  const [, path, choices] = RULE.exec(text.trim()) ?? [];
  if (path === undefined || choices === undefined) return undefined;
  const numbers = choices.split('+').map((choice) => {
    const [kind = '', number = ''] = choice.split(':');
    return [kind, Number(number)] as const;
  });
  return { path, ...Object.fromEntries(numbers) };
}

/** Returns whether a path is `end`, or ends with it after a separator. */
function isPathEnd(path: string, end: string): boolean {
  return path === end || path.endsWith(`/${end}`) || path.endsWith(`\\${end}`);
}

/** Returns the tracks that the setting names for a video with these paths. Tracks that the file lacks are ignored. */
export function findNamedTracks(
  { streams }: Pick<MediaProbe, 'streams'>,
  copies: readonly { readonly path: string }[],
  rules: readonly string[],
): TrackSelection {
  const rule = rules
    .map(parseTrackRule)
    .find(
      (candidate) => candidate !== undefined && copies.some(({ path }) => isPathEnd(path, candidate.path)),
    );
  const indexOf = (kind: StreamInfo['kind'], number: number | undefined) =>
    number === undefined ? undefined : streams.filter((stream) => stream.kind === kind)[number - 1]?.index;
  return { video: indexOf('video', rule?.video), audio: indexOf('audio', rule?.audio) };
}

/** Returns the audio tracks in the order in which players prefer them. */
function listAudioTracks({ streams }: Pick<MediaProbe, 'streams'>): readonly StreamInfo[] {
  const rank = ({ preference, chosen }: StreamInfo) => preference ?? (chosen ? 0 : 1);
  return streams.filter(({ kind }) => kind === 'audio').toSorted((a, b) => rank(a) - rank(b));
}

/**
 * Returns the indexes of the audio tracks to try until one has sound or a voice: the named one alone, otherwise the one
 * that did before, then the others as players prefer them.
 */
export function listSoundTracks(
  { probe, soundTrack }: Pick<VideoRecord, 'probe' | 'soundTrack'>,
  named: TrackSelection,
): readonly number[] {
  if (named.audio !== undefined) return [named.audio];
  const indexes = listAudioTracks(probe).map(({ index }) => index);
  return soundTrack === undefined
    ? indexes
    : [soundTrack, ...indexes.filter((index) => index !== soundTrack)];
}

/**
 * Returns text that distinguishes ways to read a file, for recipes: whether it contains several clocks, and which tracks
 * of some kinds the setting `media.tracks` names. Empty for most videos.
 */
export function toReadingKey(
  probe: Pick<MediaProbe, 'streams' | 'clockJumps'>,
  copies: readonly { readonly path: string }[],
  rules: readonly string[],
  kinds: readonly ('video' | 'audio')[],
): string {
  const named = findNamedTracks(probe, copies, rules);
  const tracks = kinds
    .filter((kind) => named[kind] !== undefined)
    .map((kind) => ` ${kind}:${named[kind]}`)
    .join('');
  return `${probe.clockJumps === undefined ? '' : ' clocks'}${tracks}`;
}

/** Returns the tracks that a key of `toReadingKey` at the end of a recipe names. */
export function parseReadingKey(recipe: string): TrackSelection {
  const indexOf = (kind: string) => {
    const index = new RegExp(` ${kind}:(\\d+)(?: |$)`).exec(recipe)?.[1];
    return index === undefined ? undefined : Number(index);
  };
  return { video: indexOf('video'), audio: indexOf('audio') };
}
