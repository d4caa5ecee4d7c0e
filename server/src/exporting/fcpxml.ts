import { plain, textOf } from './plain.ts';
import { commonRate, framesIn, type Rate, rateOf, sequenceOf } from './rate.ts';
import type { Selection, Source } from './selection.ts';

type Attributes = Readonly<Record<string, string | number | undefined>>;

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};
const escaped = (text: string) => text.replace(/[&<>"']/g, (one) => escapes[one] ?? '');

function element(name: string, attributes: Attributes, children: readonly string[] = []): string {
  const given = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${escaped(String(value))}"`)
    .join('');
  if (children.length === 0) return `<${name}${given}/>`;
  const inside = children.join('\n').replace(/^/gm, '  ');
  return `<${name}${given}>\n${inside}\n</${name}>`;
}

/** Seconds as the fraction that Final Cut asks for: a whole number of frames. */
function time(frames: number, rate: Rate): string {
  if (frames === 0) return '0s';
  return rate.seconds === 1 && frames % rate.frames === 0
    ? `${frames / rate.frames}s`
    : `${frames * rate.seconds}/${rate.frames}s`;
}

/** Gives each value its id once. */
function numbered<T>(prefix: string, keyOf: (value: T) => string) {
  const ids = new Map<string, { readonly id: string; readonly value: T }>();
  return {
    idOf(value: T): string {
      const key = keyOf(value);
      const known = ids.get(key) ?? { id: `${prefix}${ids.size + 1}`, value };
      ids.set(key, known);
      return known.id;
    },
    all: () => [...ids.values()],
  };
}

interface Format {
  readonly rate: Rate;
  readonly width: number | undefined;
  readonly height: number | undefined;
}

const formatOf = (source: Source, rate = rateOf(source)): Format => ({
  rate,
  width: source.width,
  height: source.height,
});

/** Final Cut Pro's XML 1.8, which DaVinci Resolve and later versions of Final Cut read as well. */
export function writeFcpxml(selection: Selection): string {
  const { title, moments } = selection;
  const formats = numbered<Format>('f', ({ rate, width, height }) =>
    [rate.frames, rate.seconds, width, height].join(' '),
  );
  const assets = numbered<Source>('a', ({ uri }) => uri);
  const rate = commonRate(selection);
  const leading = moments.find(({ source }) => source.video)?.source ?? moments[0]?.source;
  const sequenceFormat = leading === undefined ? undefined : formats.idOf(formatOf(leading, rate));
  const cuts = sequenceOf(moments, rate);
  const clips = cuts.map(({ moment, count, offset }) => {
    const own = rateOf(moment.source);
    const text = textOf(moment);
    return element(
      'asset-clip',
      {
        ref: assets.idOf(moment.source),
        name: plain(moment.source.name),
        offset: time(offset, rate),
        start: time(framesIn(moment.startMs, own), own),
        duration: time(count, rate),
        tcFormat: 'NDF',
      },
      text === '' ? [] : [`<note>${escaped(text)}</note>`],
    );
  });
  const files = assets.all().map(({ id, value: source }) => {
    const own = rateOf(source);
    return element('asset', {
      id,
      name: plain(source.name),
      src: source.uri,
      start: '0s',
      duration: time(Math.max(1, framesIn(source.durationMs, own)), own),
      hasVideo: source.video ? 1 : undefined,
      format: source.video ? formats.idOf(formatOf(source)) : undefined,
      hasAudio: source.audio === undefined ? undefined : 1,
      audioSources: source.audio === undefined ? undefined : 1,
      audioChannels: source.audio?.channels,
      audioRate: source.audio?.sampleRate,
    });
  });
  const kinds = formats
    .all()
    .map(({ id, value: { rate: own, width, height } }) =>
      element('format', { id, frameDuration: `${own.seconds}/${own.frames}s`, width, height }),
    );
  const total = cuts.reduce((sum, { count }) => sum + count, 0);
  const sequence = element(
    'sequence',
    { format: sequenceFormat, duration: time(total, rate), tcStart: '0s', tcFormat: 'NDF' },
    [element('spine', {}, clips)],
  );
  const name = plain(title);
  const document = element('fcpxml', { version: '1.8' }, [
    element('resources', {}, [...kinds, ...files]),
    element('library', {}, [element('event', { name }, [element('project', { name }, [sequence])])]),
  ]);
  return `<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE fcpxml>\n\n${document}\n`;
}
