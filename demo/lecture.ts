import { canvas as blank, drawText, fillRect, type Rgb } from '../test/support/font.ts';
import type { MediaSpec } from '../test/support/media-spec.ts';

const WIDTH = 1280;
const HEIGHT = 720;
const PAPER: Rgb = [250, 248, 243];
const INK: Rgb = [28, 34, 48];
const ORANGE: Rgb = [214, 96, 18];

interface Slide {
  readonly fromMs: number;
  readonly title: string;
  readonly lines: readonly string[];
}

const slides: readonly Slide[] = [
  {
    fromMs: 0,
    title: 'The three-second myth',
    lines: ['What everybody knows is wrong', 'Dr. Ada Finch', 'Evening lectures, part 4'],
  },
  {
    fromMs: 14_000,
    title: 'The lever experiment',
    lines: ['Push the lever, get food', 'It works one hour a day', 'The fish learn which hour'],
  },
  {
    fromMs: 32_000,
    title: 'How long do they remember?',
    lines: ['Months, not seconds', 'Tested: at least three months'],
  },
  {
    fromMs: 48_000,
    title: 'A good home for one goldfish',
    lines: ['75 litres of water or more', 'New water: a quarter every week', 'Never a bowl'],
  },
  {
    fromMs: 62_000,
    title: 'Next lecture',
    lines: ['How fish hear', 'Thursday 14 May at 18:30', 'Room B 204, first floor'],
  },
];

/** Lists the lecturer's speech: start and end in ms, text. */
export const speech: readonly (readonly [number, number, string])[] = [
  [800, 5000, 'Good evening. Tonight we take apart a myth about a small orange fish.'],
  [5200, 9600, 'Everybody has heard that a goldfish forgets everything after three seconds.'],
  [9800, 13_600, 'It is a good joke, and it is wrong.'],
  [14_200, 19_000, 'In one experiment goldfish were given a lever that released food when they pushed it.'],
  [19_200, 24_000, 'Then the lever worked for only one hour of the day.'],
  [24_200, 28_600, 'Soon the fish pushed it in that hour and left it alone at other times.'],
  [28_800, 31_600, 'They had learned to tell the time of day.'],
  [32_400, 37_200, 'So how long does a goldfish remember? At least three months.'],
  [37_400, 42_800, 'Trained fish came back to the same task weeks later and still knew it.'],
  [43_000, 47_400, 'With a memory of three seconds nobody finds food twice.'],
  [48_400, 53_400, 'If your fish looks bored, blame the bowl and not its memory.'],
  [53_600, 58_000, 'Give one goldfish at least seventy-five litres of water.'],
  [58_200, 61_600, 'And change a quarter of it every week.'],
  [62_400, 67_000, 'That is all for tonight. The day and the room of the next lecture are on the slide.'],
  [67_200, 71_000, 'Thank you, and be kind to your goldfish.'],
];

function drawSlide(slide: Slide, number: number): Uint8Array {
  const canvas = blank(WIDTH, HEIGHT, PAPER);
  fillRect(canvas, 0, 0, WIDTH, 14, ORANGE);
  drawText(canvas, slide.title, { x: 96, y: 162, size: 72, colour: ORANGE });
  for (const [index, line] of slide.lines.entries()) {
    const y = 306 + index * 110;
    fillRect(canvas, 100, y - 24, 14, 14, ORANGE);
    drawText(canvas, line, { x: 150, y, size: 52, colour: INK });
  }
  drawText(canvas, `${number} / ${slides.length}`, { x: 1130, y: 682, size: 30, colour: [140, 140, 140] });
  return canvas.data;
}

/** Returns a sample of a murmur that replaces the voice: sound during speech, silence between. */
function murmur(time: number): number {
  const ms = time * 1000;
  if (!speech.some(([start, end]) => ms >= start && ms < end)) return 0;
  const syllable = 0.5 + 0.5 * Math.sin(2 * Math.PI * 4 * time);
  return 0.08 * syllable * (Math.sin(2 * Math.PI * 130 * time) + 0.5 * Math.sin(2 * Math.PI * 390 * time));
}

export function lecture(): MediaSpec {
  const pictures = slides.map((slide, index) => drawSlide(slide, index + 1));
  return {
    seconds: 72,
    metadata: {
      title: 'The three-second myth: what goldfish really remember',
      creation_time: '2026-05-07T18:30:00Z',
    },
    chapters: slides.map((slide) => ({ startMs: slide.fromMs, title: slide.title })),
    video: {
      width: WIDTH,
      height: HEIGHT,
      fps: 10,
      keyEvery: 100,
      options: { preset: 'slow', crf: '26', tune: 'stillimage' },
      draw(canvas, timeMs) {
        const at = slides.findLastIndex((slide) => slide.fromMs <= timeMs);
        canvas.data.set(pictures[at] ?? []);
        // A moving mark keeps the picture from being completely still.
        fillRect(canvas, 96 + (timeMs / 72_000) * 1088, 700, 6, 6, ORANGE);
      },
    },
    audio: { codec: 'aac', sampleRate: 8_000, sample: murmur },
  };
}

const stamp = (ms: number) => `${new Date(ms).toISOString().slice(11, 23).replace('.', ',')}`;

/** Returns the subtitle file next to the video. */
export function lectureSrt(): string {
  return speech
    .map(([start, end, text], index) => `${index + 1}\n${stamp(start)} --> ${stamp(end)}\n${text}\n`)
    .join('\n');
}
