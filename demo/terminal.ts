import { canvas as blank, drawText, fillRect, type Rgb } from '../test/support/font.ts';
import type { MediaSpec } from '../test/support/media-spec.ts';

const WIDTH = 1280;
const HEIGHT = 720;
const TYPE = { size: 23, mono: true } as const;
const CELL = TYPE.size * 0.62;
const LINE = 30;
const LIGHT: Rgb = [214, 219, 226];
const GREEN: Rgb = [126, 206, 122];
const PROMPT = 'ana@reef:~$ ';

/** Describes a typed command and its output. */
interface Step {
  readonly atMs: number;
  readonly command: string;
  readonly output: readonly string[];
}

const steps: readonly Step[] = [
  {
    atMs: 1500,
    command: 'df -h /var',
    output: [
      'Filesystem      Size  Used Avail Use% Mounted on',
      '/dev/sda2        40G   40G     0 100% /var',
    ],
  },
  {
    atMs: 8000,
    command: 'du -sh /var/* | sort -h | tail -3',
    output: ['310M    /var/lib', '2.4G    /var/cache', '36G     /var/log'],
  },
  {
    atMs: 18_000,
    command: 'journalctl --disk-usage',
    output: ['Archived and active journals take up 34.8G.'],
  },
  {
    atMs: 27_000,
    command: 'sudo journalctl --vacuum-size=500M',
    output: ['Vacuuming done, freed 34.3G of disk space.'],
  },
  {
    atMs: 38_000,
    command: 'df -h /var',
    output: [
      'Filesystem      Size  Used Avail Use% Mounted on',
      '/dev/sda2        40G  5.7G   33G  15% /var',
    ],
  },
];

const KEY_MS = 45;

interface Line {
  readonly prompt: boolean;
  readonly text: string;
}

/** Returns the screen at a time. A command grows by one letter every 45 ms, then its output appears. */
function screenAt(timeMs: number): Line[] {
  const lines: Line[] = [];
  for (const step of steps) {
    if (timeMs < step.atMs) break;
    const typed = Math.floor((timeMs - step.atMs) / KEY_MS);
    lines.push({ prompt: true, text: step.command.slice(0, typed) });
    if (typed < step.command.length + 6) return lines;
    lines.push(...step.output.map((text) => ({ prompt: false, text })));
  }
  return [...lines, { prompt: true, text: '' }];
}

function drawScreen(lines: readonly Line[]): Uint8Array {
  const canvas = blank(WIDTH, HEIGHT, [22, 24, 31]);
  for (const [index, line] of lines.entries()) {
    const y = 56 + index * LINE;
    const prompt = line.prompt ? PROMPT : '';
    const x = drawText(canvas, prompt, { ...TYPE, x: 32, y, colour: GREEN });
    const end = drawText(canvas, line.text, { ...TYPE, x, y, colour: LIGHT });
    if (index === lines.length - 1) fillRect(canvas, end, y - 19, CELL - 3, 22, LIGHT);
  }
  return canvas.data;
}

export function terminal(): MediaSpec {
  let shown = '';
  let picture: Uint8Array = new Uint8Array(0);
  return {
    seconds: 46,
    metadata: { title: 'Freeing a full disk', creation_time: '2026-03-02T09:12:00Z' },
    video: {
      width: WIDTH,
      height: HEIGHT,
      fps: 10,
      keyEvery: 150,
      options: { preset: 'slow', crf: '24' },
      draw(canvas, timeMs) {
        const lines = screenAt(timeMs);
        const key = JSON.stringify(lines);
        if (key !== shown) {
          picture = drawScreen(lines);
          shown = key;
        }
        canvas.data.set(picture);
      },
    },
  };
}
