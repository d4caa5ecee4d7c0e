import type { Facts } from '../domain/facts.ts';
import type { TimeRange } from '../domain/time-range.ts';

const BRIGHTNESS_WORDS: readonly [number, string][] = [
  [0.15, 'dark'],
  [0.35, 'dim'],
  [0.7, ''],
  [1.01, 'bright'],
];
const MOTION_WORDS: readonly [number, string][] = [
  [0.0008, 'hardly any motion'],
  [0.008, 'little motion'],
  [0.03, 'some motion'],
  [1.01, 'much motion'],
];
/** Limits below which sound is faint and above which it is loud, in dBFS. */
const FAINT_DB = -38;
const LOUD_DB = -14;
/** Shares of a clip from which a state counts as "throughout", or is mentioned at all. */
const MIN_THROUGHOUT_SHARE = 0.95;
const MIN_MENTIONED_SHARE = 0.1;

function findWord(value: number, words: readonly [number, string][]): string {
  return words.find(([limit]) => value < limit)?.[1] ?? '';
}

function computeCoveredShare(ranges: readonly TimeRange[], clip: TimeRange): number {
  const sum = ranges.reduce((total, { startMs, endMs }) => total + endMs - startMs, 0);
  return sum / Math.max(1, clip.endMs - clip.startMs);
}

/** Returns `black throughout` or `black for 4 s`; '' if it covers too little. */
function describeCoverage(word: string, ranges: readonly TimeRange[], clip: TimeRange): string {
  const coveredFraction = computeCoveredShare(ranges, clip);
  if (coveredFraction < MIN_MENTIONED_SHARE) return '';
  const seconds = Math.max(1, Math.round((coveredFraction * (clip.endMs - clip.startMs)) / 1000));
  return coveredFraction >= MIN_THROUGHOUT_SHARE ? `${word} throughout` : `${word} for ${seconds} s`;
}

function joinWords(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

function describePicture(facts: Facts, clip: TimeRange): readonly string[] {
  if (facts.shots === 0) return ['no picture'];
  const black = describeCoverage('black', facts.black, clip);
  if (black.endsWith('throughout')) return [black];
  const stillText = describeCoverage('still', facts.still, clip);
  const colours = facts.colours.length > 0 ? `mostly ${joinWords(facts.colours)}` : '';
  return [
    facts.shots === 1 ? '1 shot' : `${facts.shots} shots`,
    stillText.endsWith('throughout') ? '' : findWord(facts.motion, MOTION_WORDS),
    findWord(facts.brightness, BRIGHTNESS_WORDS),
    colours,
    black,
    stillText,
  ];
}

function describeSound(facts: Facts, clip: TimeRange): readonly string[] {
  if (facts.loudness === undefined) return ['no sound track'];
  const silent = describeCoverage('silent', facts.silence, clip);
  if (silent.endsWith('throughout')) return [silent];
  const level = facts.loudness < FAINT_DB ? 'faint sound' : facts.loudness > LOUD_DB ? 'loud sound' : 'sound';
  return [`${level} at ${Math.round(facts.loudness)} dBFS`, silent];
}

/** Returns one sentence that lists the measurements of a clip and marks them as measured. */
export function toFactsSentence(facts: Facts, clip: TimeRange): string {
  const parts = [...describePicture(facts, clip), ...describeSound(facts, clip)].filter(Boolean);
  return `Measured: ${parts.join(', ')}.`;
}
