import { formatShortTime, momentTitle, toPlainText } from './plain-text.ts';
import type { SelectedMoment } from './selection.ts';

/** Limits a name without its extension, in bytes of UTF-8. File systems allow 255. */
const MAX_NAME_BYTES = 150;
/** Matches the names that Windows reserves for devices. */
const WINDOWS_DEVICE = /^(?:con|prn|aux|nul|com\d|lpt\d)$/i;

/** Converts untrusted text to a file name that is valid on every system: never a path, hidden or a device. */
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

/** Returns a unique file name for each moment, without extension: the video, the time and the first words. */
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
    // Many file systems ignore case.
    for (let n = 2; usedNames.has(name.toLowerCase()); n += 1) name = `${baseName} (${n})`;
    usedNames.add(name.toLowerCase());
    return name;
  });
}
