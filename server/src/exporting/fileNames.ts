import { plain, shortClock, titleOf } from './plain.ts';
import type { Moment } from './selection.ts';

/** Bytes of a name in UTF-8, without its ending: file systems take 255. */
const LONGEST = 150;
/** Names that Windows gives to devices. */
const DEVICE = /^(?:con|prn|aux|nul|com\d|lpt\d)$/i;

/** Untrusted text as a file's name on every system: one part of a path, never hidden, never a device. */
export function safeName(text: string): string {
  let name = plain(text)
    .normalize('NFC')
    .replace(/[/\\:*?"<>|]+/g, ' ')
    .replace(/\s+/g, ' ')
    .replace(/^[\s.~-]+/, '');
  while (new TextEncoder().encode(name).length > LONGEST) name = [...name].slice(0, -1).join('');
  name = name.replace(/[\s.]+$/, '');
  return name === '' || DEVICE.test(name.split('.')[0] ?? '') ? `clip ${name}`.trim() : name;
}

const stemOf = (name: string) => name.replace(/(?<=.)\.[^.]*$/, '');

/** A name for each moment's file, without its ending: the video, its time, how it begins. None comes twice. */
export function clipNames(moments: readonly Moment[]): readonly string[] {
  const taken = new Set<string>();
  return moments.map((moment) => {
    const time = shortClock(moment.startMs).replaceAll(':', '.');
    const stem = stemOf(moment.source.name);
    const title = titleOf(moment);
    const base = safeName(`${stem} ${time}${title === plain(moment.source.name) ? '' : ` ${title}`}`);
    let name = base;
    // Many file systems do not tell capitals apart.
    for (let n = 2; taken.has(name.toLowerCase()); n += 1) name = `${base} (${n})`;
    taken.add(name.toLowerCase());
    return name;
  });
}
