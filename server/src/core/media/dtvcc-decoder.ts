import type { Cue } from '../domain/cue.ts';
import type { Ms } from '../domain/time-range.ts';
import { type CaptionWindow, createCaptionWindow } from './dtvcc-window.ts';

/** Two bytes of 708 captions with the time of their picture. */
export interface DtvccPair {
  readonly timeMs: number;
  readonly bytes: readonly [number, number];
  /** Whether a packet begins with them. */
  readonly startsPacket: boolean;
}

/** The bytes of one service in a packet. */
interface ServiceBlock {
  readonly timeMs: number;
  readonly service: number;
  readonly bytes: readonly number[];
}

/** Size of a packet whose header states none, bytes. */
const FULL_PACKET_BYTES = 128;
/** Service numbers above this are in a byte of their own. */
const MAX_SHORT_SERVICE = 6;

/** Yields the service blocks of pairs in the order of display. Packets that are cut short yield what is whole. */
function* readServiceBlocks(pairs: Iterable<DtvccPair>): Generator<ServiceBlock> {
  let packet: number[] = [];
  let size = 0;
  for (const { timeMs, bytes, startsPacket } of pairs) {
    if (startsPacket) {
      packet = [];
      const code = bytes[0] & 0x3f;
      size = code === 0 ? FULL_PACKET_BYTES : code * 2;
    }
    if (size === 0) continue;
    packet.push(...bytes);
    if (packet.length < size) continue;
    yield* splitPacket(packet.slice(1, size), timeMs);
    size = 0;
  }
}

function* splitPacket(data: readonly number[], timeMs: number): Generator<ServiceBlock> {
  for (let at = 0; at < data.length; ) {
    const header = data[at] ?? 0;
    let service = header >> 5;
    const length = header & 0x1f;
    at += 1;
    if (service > MAX_SHORT_SERVICE && length > 0) {
      service = (data[at] ?? 0) & 0x3f;
      at += 1;
    }
    // A null block fills the rest of the packet.
    if (service === 0) return;
    const bytes = data.slice(at, at + length);
    if (bytes.length === length && length > 0) yield { timeMs, service, bytes };
    at += length;
  }
}

/** Returns the services that contain text. */
export function listDtvccServices(pairs: Iterable<DtvccPair>): ReadonlySet<number> {
  const services = new Set<number>();
  for (const { service, bytes } of readServiceBlocks(pairs))
    if (bytes.some((byte) => byte > 0x20 && byte < 0x80)) services.add(service);
  return services;
}

/** Letters behind the prefix byte that are not in Latin-1. */
const EXTENDED_LETTERS: Readonly<Record<number, string>> = {
  32: ' ',
  33: ' ',
  37: '…',
  42: 'Š',
  44: 'Œ',
  49: '‘',
  50: '’',
  51: '“',
  52: '”',
  53: '•',
  57: '™',
  58: 'š',
  60: 'œ',
  63: 'Ÿ',
  118: '⅛',
  119: '⅜',
  120: '⅝',
  121: '⅞',
};
const MUSIC_NOTE = 0x7f;
/** Bytes of the arguments of the commands from 0x80 on. */
const ARGUMENT_BYTES: readonly number[] = [
  ...[0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 0, 0],
  ...[2, 3, 2, 0, 0, 0, 0, 4, 6, 6, 6, 6, 6, 6, 6, 6],
];

/** The screen of one service. */
class ServiceScreen {
  readonly #windows: (CaptionWindow | undefined)[] = Array(8).fill(undefined);
  #current = 0;

  /** Carries out the commands of a block. */
  run(bytes: readonly number[]): void {
    for (let at = 0; at < bytes.length; ) at += this.#runAt(bytes, at);
  }

  /** Returns the text of the visible windows, a row a line. */
  readText(): string {
    return this.#windows.flatMap((window) => (window?.isVisible ? window.readRows() : [])).join('\n');
  }

  /** Carries out one command. Returns its length, bytes. */
  #runAt(bytes: readonly number[], at: number): number {
    const code = bytes[at] ?? 0;
    const window = this.#windows[this.#current];
    if (code === 0x10) return this.#runExtended(bytes, at);
    if (code >= 0x18 && code < 0x20) {
      // A letter of 16 bits, in services whose script needs them.
      const letter = (bytes[at + 1] ?? 0) * 256 + (bytes[at + 2] ?? 0);
      if (code === 0x18 && letter >= 0x20) window?.write(String.fromCharCode(letter));
      return 3;
    }
    if (code < 0x20) {
      if (code === 0x08) window?.erase();
      else if (code === 0x0c) window?.clear();
      else if (code === 0x0d) window?.breakRow();
      else if (code === 0x0e) window?.clearRow();
      return code >= 0x11 ? 2 : 1;
    }
    if (code < 0x80 || code >= 0xa0) {
      window?.write(code === MUSIC_NOTE ? '♪' : String.fromCharCode(code));
      return 1;
    }
    const length = 1 + (ARGUMENT_BYTES[code - 0x80] ?? 0);
    this.#runCommand(code, bytes.slice(at + 1, at + length));
    return length;
  }

  #runExtended(bytes: readonly number[], at: number): number {
    const code = bytes[at + 1] ?? 0;
    if (code < 0x20) return 2 + (code >> 3);
    if (code >= 0x80 && code < 0xa0) {
      if (code < 0x90) return code < 0x88 ? 6 : 7;
      return 3 + ((bytes[at + 2] ?? 0) & 0x3f);
    }
    this.#windows[this.#current]?.write(EXTENDED_LETTERS[code] ?? ' ');
    return 2;
  }

  #runCommand(code: number, [first = 0, second = 0, , fourth = 0]: readonly number[]): void {
    if (code < 0x88) this.#current = code - 0x80;
    else if (code < 0x8d) this.#changeWindows(code, first);
    else if (code === 0x8f) this.#windows.fill(undefined);
    else if (code === 0x92) this.#windows[this.#current]?.movePen(first & 0x0f, second & 0x3f);
    else if (code >= 0x98) {
      this.#current = code - 0x98;
      const isVisible = (first & 0x20) !== 0;
      const rowCount = (fourth & 0x0f) + 1;
      const known = this.#windows[this.#current];
      // A window that is defined again keeps its text.
      if (known?.rowCount === rowCount) known.isVisible = isVisible;
      else this.#windows[this.#current] = createCaptionWindow(rowCount, isVisible);
    }
  }

  /** Clears, shows, hides, toggles or deletes the windows of a bit map. */
  #changeWindows(code: number, map: number): void {
    for (const [id, window] of this.#windows.entries()) {
      if (window === undefined || ((map >> id) & 1) === 0) continue;
      if (code === 0x88) window.clear();
      else if (code === 0x89) window.isVisible = true;
      else if (code === 0x8a) window.isVisible = false;
      else if (code === 0x8b) window.isVisible = !window.isVisible;
      else this.#windows[id] = undefined;
    }
  }
}

/**
 * Decodes one service of 708 captions (CTA-708) into cues. Pairs must be in the order of display. Text that grows letter by
 * letter is one cue, until some of it disappears.
 */
export function decodeDtvcc(pairs: Iterable<DtvccPair>, service: number): readonly Cue[] {
  const screen = new ServiceScreen();
  const cues: Cue[] = [];
  let shownText = '';
  let startMs = 0;
  const show = (text: string, timeMs: Ms) => {
    if (text === shownText) return;
    const grows = shownText !== '' && text.startsWith(shownText);
    if (!grows && shownText !== '')
      cues.push({ startMs, endMs: Math.max(startMs, timeMs), text: shownText, kind: 'speech' });
    if (!grows) startMs = timeMs;
    shownText = text;
  };
  let lastMs = 0;
  for (const block of readServiceBlocks(pairs)) {
    lastMs = Math.max(0, Math.round(block.timeMs));
    if (block.service !== service) continue;
    screen.run(block.bytes);
    show(screen.readText(), lastMs);
  }
  show('', lastMs);
  return cues;
}
