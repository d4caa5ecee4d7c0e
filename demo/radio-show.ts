import { type Canvas, drawText } from '../test/support/font.ts';
import { speak } from '../test/support/formant-voice.ts';
import { fill, type MediaSpec } from '../test/support/media-spec.ts';

const WIDTH = 640;
const HEIGHT = 360;
const SECONDS = 44;
const RATE_HZ = 16_000;

/** What the presenter says over the music, and when, s. */
const sentences: readonly (readonly [number, string])[] = [
  [10, 'G UH D | M AO R N IH NG | DH IH S | IH Z | HH AA R B ER | R EY D IY OW'],
  [14, 'DH AH | F EH R IY | T UW | DH AH | AY L AH N D | L IY V Z | AE T | N AY N'],
  [28, 'DH AH | W AO T ER | IH Z | W AO R M | T UW D EY'],
];

function recordVoice(): Float32Array {
  const voice = new Float32Array(SECONDS * RATE_HZ);
  for (const [startS, sentence] of sentences) voice.set(speak(sentence), startS * RATE_HZ);
  return voice;
}

/** Returns a sample of the music: a chord on a beat that never pauses. */
function music(time: number): number {
  const beat = time % 0.5;
  const chord =
    [
      [220, 277.2, 329.6],
      [196, 246.9, 293.7],
    ][Math.floor(time / 4) % 2] ?? [];
  const pluck = Math.exp(-beat * 5);
  const drum = Math.exp(-beat * 30) * Math.sin(2 * Math.PI * 70 * beat);
  return (
    0.05 * pluck * chord.reduce((sum, hertz) => sum + Math.sin(2 * Math.PI * hertz * time), 0) + 0.15 * drum
  );
}

/** Draws a radio whose needle follows the beat. */
function draw(canvas: Canvas, timeMs: number): void {
  const beat = (timeMs / 1000) % 0.5;
  fill(canvas, [52, 44, 60]);
  fill(canvas, [150, 92, 48], 120, 90, 400, 190);
  fill(canvas, [238, 224, 190], 150, 120, 340, 60);
  drawText(canvas, 'HARBOUR RADIO', { x: 190, y: 162, size: 34, colour: [90, 40, 20], weight: 1.3 });
  for (let bar = 0; bar < 16; bar += 1) {
    const height = 12 + 40 * Math.abs(Math.sin(bar * 1.3 + timeMs / 240)) * (1 - beat);
    fill(canvas, [230, 150, 60], 160 + bar * 20, 258 - height, 12, height);
  }
}

export function radioShow(): MediaSpec {
  const voice = recordVoice();
  return {
    seconds: SECONDS,
    metadata: { title: 'Harbour radio in the morning', creation_time: '2026-08-15T06:00:00Z' },
    video: {
      codec: 'vp9',
      width: WIDTH,
      height: HEIGHT,
      fps: 10,
      keyEvery: 100,
      options: { deadline: 'good', 'cpu-used': '3', crf: '42', b: '0' },
      draw,
    },
    audio: {
      codec: 'opus',
      sampleRate: 48_000,
      sample: (time) => music(time) + 0.8 * (voice[Math.floor(time * RATE_HZ)] ?? 0),
    },
  };
}
