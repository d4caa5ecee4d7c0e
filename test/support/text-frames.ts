import { canvas as blank, type Canvas, drawText, type Rgb } from './font.ts';
import { makeMedia } from './make-media.ts';

/** A kind of picture with text, and the lines on it. */
export interface TextFrame {
  readonly name: string;
  readonly lines: readonly string[];
  /** Draws the picture at a time. */
  draw(canvas: Canvas, timeMs: number): void;
}

const WIDTH = 1280;
const HEIGHT = 720;

interface PageStyle {
  readonly paper: Rgb;
  readonly ink: Rgb;
  readonly size: number;
  readonly step: number;
  readonly mono?: boolean;
}

function page(
  name: string,
  lines: readonly string[],
  { paper, ink, size, step, mono }: PageStyle,
): TextFrame {
  const picture = blank(WIDTH, HEIGHT, paper);
  for (const [i, line] of lines.entries())
    drawText(picture, line, { x: 48, y: 70 + i * step, size, colour: ink, mono: mono ?? false });
  return {
    name,
    lines,
    draw(canvas, timeMs) {
      canvas.data.set(picture.data);
      // A mark that moves keeps the picture from being completely still.
      for (let x = 0; x < 6; x += 1)
        canvas.data.set(ink, ((HEIGHT - 4) * WIDTH + Math.floor(timeMs / 40) + x) * 3);
    },
  };
}

/** Fills the canvas with a sea that moves everywhere. */
function drawSea({ width, height, data }: Canvas, timeMs: number): void {
  for (let y = 0; y < height; y += 2) {
    for (let x = 0; x < width; x += 2) {
      const wave = Math.sin(x / 31 + timeMs / 400 + y / 23) + Math.sin(x / 87 - timeMs / 700 + y / 9);
      const light = 110 + 40 * wave;
      for (const at of [y * width + x, y * width + x + 1, (y + 1) * width + x, (y + 1) * width + x + 1])
        data.set([light * 0.6, light * 0.9, light * 1.1], at * 3);
    }
  }
}

/** A subtitle with an outline on moving footage. */
function subtitle(name: string, lines: readonly string[], ink: Rgb): TextFrame {
  return {
    name,
    lines,
    draw(canvas, timeMs) {
      drawSea(canvas, timeMs);
      for (const [i, text] of lines.entries()) {
        const style = { x: 240, y: 700 - (lines.length - i) * 52, size: 40 };
        drawText(canvas, text, { ...style, colour: [0, 0, 0], weight: 2.4 });
        drawText(canvas, text, { ...style, colour: ink, weight: 1.1 });
      }
    },
  };
}

/** A sign that hangs askew in moving footage. */
function sign(name: string, lines: readonly string[], degrees: number): TextFrame {
  const board = blank(620, 90 * lines.length + 20, [24, 92, 48]);
  for (const [i, text] of lines.entries())
    drawText(board, text, { x: 30, y: 74 + i * 90, size: 60, colour: [250, 250, 250], weight: 1.4 });
  const [cos, sin] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  return {
    name,
    lines,
    draw(canvas, timeMs) {
      drawSea(canvas, timeMs);
      for (let y = 0; y < HEIGHT; y += 1) {
        for (let x = 0; x < WIDTH; x += 1) {
          const [dx, dy] = [x - WIDTH / 2, y - HEIGHT / 2];
          const boardX = Math.round(dx * cos + dy * sin + board.width / 2);
          const boardY = Math.round(dy * cos - dx * sin + board.height / 2);
          if (boardX < 0 || boardY < 0 || boardX >= board.width || boardY >= board.height) continue;
          const at = (boardY * board.width + boardX) * 3;
          canvas.data.set(board.data.subarray(at, at + 3), (y * WIDTH + x) * 3);
        }
      }
    },
  };
}

/** The kinds of text that people film and record. The words are our own. */
export const TEXT_FRAMES: readonly TextFrame[] = [
  page(
    'slide',
    [
      'Quarterly results for the board',
      'Revenue grew 18% to 4.2 million euros',
      'Travel costs fell by twelve percent',
      'New laptops arrive in October',
      'Questions before the end of May',
    ],
    { paper: [255, 255, 255], ink: [20, 30, 80], size: 52, step: 120 },
  ),
  page(
    'small',
    [
      'The committee met on Tuesday to discuss the renovation of the north wing.',
      'Three offers were received, the lowest of which came from a local builder.',
      'After a long debate the members agreed to postpone the decision until May.',
      'A visit to the site is planned for the second week of April, at nine.',
      'Minutes were taken by Harriet Bloom and approved without any changes.',
      'The next meeting takes place in the small hall on the ground floor.',
      'Members who cannot come should send a note to the secretary in time.',
      'Coffee and cake are served afterwards in the garden if it is dry.',
      'The treasurer reported a surplus of 1284 euros for the past year.',
      'It will be used to repair the roof above the library and its stairs.',
    ],
    { paper: [250, 248, 240], ink: [20, 20, 20], size: 24, step: 60 },
  ),
  page(
    'terminal',
    [
      '$ cargo test --release',
      'Compiling goldfish in /home/ana/src',
      'error: mismatched types',
      '--> src/main.rs:88:14',
      'expected u32, found usize',
      'warning: unused variable: path',
      '$ git status --short',
      'M src/main.rs',
      '?? notes/todo.txt',
      '$ rm notes/todo.txt',
    ],
    { paper: [18, 18, 24], ink: [210, 210, 210], size: 22, step: 40, mono: true },
  ),
  page(
    'table',
    [
      'Filesystem      Size  Used Avail Use% Mounted on',
      '/dev/nvme0n1p2  468G  171G  274G  39% /',
      'tmpfs            16G  2.1M   16G   1% /run',
      '/dev/sda1       3.6T  2.9T  512G  86% /data',
      '  PID USER   RSS COMMAND',
      '18233 ana    412 node',
      ' 4471 ana     88 chromium',
    ],
    { paper: [18, 18, 24], ink: [210, 210, 210], size: 22, step: 40, mono: true },
  ),
  subtitle(
    'white',
    ['I never said the harbour was closed.', 'We only missed the last boat.'],
    [255, 255, 255],
  ),
  subtitle('yellow', ['Nobody told me about the tunnel.'], [250, 230, 60]),
  sign('sign', ['HARBOUR STREET', 'Ferry 2 km'], 10),
];

/** Writes one frame as a video of 6 s. */
export function makeTextVideo(path: string, frame: TextFrame): Promise<void> {
  return makeMedia(path, {
    seconds: 6,
    video: {
      width: WIDTH,
      height: HEIGHT,
      fps: 5,
      options: { preset: 'ultrafast', crf: '30' },
      draw: (canvas, timeMs) => frame.draw(canvas, timeMs),
    },
  });
}
