import { MEDIA_FORMATS } from '../../core/library/media-formats.ts';

/** Metadata from a container: keys in any case, values untrusted. */
export type ContainerTags = Readonly<Record<string, string>>;

/** Maximum length of a value, characters. */
const MAX_TAG_CHARS = 500;

function findTag(tags: ContainerTags, names: readonly string[]): string | undefined {
  for (const name of names) {
    for (const [key, value] of Object.entries(tags)) {
      const text = value.replace(/[\p{Cc}\s]+/gu, ' ').trim();
      if (key.toLowerCase() === name && text) return text.slice(0, MAX_TAG_CHARS);
    }
  }
  return undefined;
}

export function findTitleTag(tags: ContainerTags): string | undefined {
  return findTag(tags, ['title']);
}

/** Returns make and model of the recording device. */
export function findDeviceTag(tags: ContainerTags): string | undefined {
  const maker = findTag(tags, ['com.apple.quicktime.make', 'make', 'com.android.manufacturer']);
  const model = findTag(tags, ['com.apple.quicktime.model', 'model', 'com.android.model']);
  if (maker && model && !model.toLowerCase().startsWith(maker.toLowerCase())) return `${maker} ${model}`;
  return model ?? maker;
}

/** Returns the address of the page that a downloader fetched the file from. yt-dlp writes it as `purl` and as the comment. */
export function findPageTag(tags: ContainerTags): string | undefined {
  for (const name of ['purl', 'comment']) {
    const url = URL.parse(findTag(tags, [name]) ?? '');
    if (url !== null && ['http:', 'https:'].includes(url.protocol) && url.username === '') return url.href;
  }
  return undefined;
}

const DATE_PATTERN =
  /^(\d{4})(?:[-:](\d\d)(?:[-:](\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.\d+)?)?\s*(Z|[+-]\d\d:?\d\d)?)?)?)?/;

/**
 * Returns the recording time as ISO 8601, with an offset if the tag has one. A shorter tag gives a shorter
 * date.
 */
export function findRecordedTag(tags: ContainerTags): string | undefined {
  const names = [
    'com.apple.quicktime.creationdate',
    'date_recorded',
    'creation_time',
    'date',
    'icrd',
    'year',
  ];
  for (const name of names) {
    // yt-dlp and some cameras write the day without separators.
    const text = (findTag(tags, [name]) ?? '').replace(/^(\d{4})(\d\d)(\d\d)(?!\d)/, '$1-$2-$3');
    const match = DATE_PATTERN.exec(text);
    if (!match) continue;
    const [, year = '', month, day, hour, minute, second = '00', zone = ''] = match;
    // Cameras without a clock write the epoch of their format.
    if (['0000', '1904', '1970'].includes(year)) continue;
    if (Number(month ?? 1) > 12 || Number(day ?? 1) > 31 || month === '00' || day === '00') continue;
    if (!month || !day) return month ? `${year}-${month}` : year;
    const date = `${year}-${month}-${day}`;
    if (!hour || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 60) return date;
    return `${date}T${hour}:${minute}:${second}${zone.replace(/(\d\d)(\d\d)$/, '$1:$2')}`;
  }
  return undefined;
}

/**
 * Returns the track's language as BCP 47, from what containers write (mostly ISO 639-2). Undefined if
 * unknown.
 */
export function findLanguageTag(tags: ContainerTags): string | undefined {
  const text = findTag(tags, ['language']);
  if (!text || /^(?:und|mis|mul|zxx|qaa)$/i.test(text)) return undefined;
  try {
    return Intl.getCanonicalLocales(text.replaceAll('_', '-'))[0];
  } catch {
    return undefined;
  }
}

/** Returns the container's usual name: the file extension if it fits the demuxer (`mov,mp4,...`). */
export function findContainerName(demuxer: string, fileName: string): string {
  const family = demuxer.split(',')[0] ?? demuxer;
  const extensions = MEDIA_FORMATS.filter(({ demuxers }) => demuxers.includes(family)).flatMap(
    ({ video, audio }) => [...video, ...audio],
  );
  const extension = /\.([^./\\]+)$/.exec(fileName)?.[1]?.toLowerCase() ?? '';
  return extensions.includes(extension) ? extension : (extensions[0] ?? family);
}
