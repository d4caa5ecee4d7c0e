import { formatShortTime, momentTitle, toPlainText } from './plain-text.ts';
import type { SelectedMoment } from './selection.ts';

/** Bytes of a name in UTF-8, without its ending: file systems take 255. */
const MAX_NAME_BYTES = 150;
/** Names that Windows gives to devices. */
const WINDOWS_DEVICE = /^(?:con|prn|aux|nul|com\d|lpt\d)$/i;

/** Untrusted text as a file's name on every system: one part of a path, never hidden, never a device. */
export function toSafeFileName(text: string): string {
  let name = toPlainText(text)
    .normalize('NFC')
    .replace(/[/\\:*?"<>|]+/g, ' ')
    .replace(/\s+/g, ' ')
    .replace(/^[\s.~-]+/, '');
  while (new TextEncoder().encode(name).length > MAX_NAME_BYTES) name = [...name].slice(0, -1).join('');
  name = name.replace(/[\s.]+$/, '');
  return name === '' || WINDOWS_DEVICE.test(name.split('.')[0] ?? '') ? `clip ${name}`.trim() : name;
}

const stemOf = (name: string) => name.replace(/(?<=.)\.[^.]*$/, '');

/** A name for each moment's file, without its ending: the video, its time, how it begins. None comes twice. */
export function clipNames(moments: readonly SelectedMoment[]): readonly string[] {
  const usedNames = new Set<string>();
  return moments.map((moment) => {
    const time = formatShortTime(moment.startMs).replaceAll(':', '.');
    const stem = stemOf(moment.source.name);
    const title = momentTitle(moment);
    const baseName = toSafeFileName(
      `${stem} ${time}${title === toPlainText(moment.source.name) ? '' : ` ${title}`}`,
    );
    let name = baseName;
    // Many file systems do not tell capitals apart.
    for (let n = 2; usedNames.has(name.toLowerCase()); n += 1) name = `${baseName} (${n})`;
    usedNames.add(name.toLowerCase());
    return name;
  });
}
