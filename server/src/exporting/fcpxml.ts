import {
  type FrameRate,
  isDropFrame,
  toFrameRate,
  toFrames,
  toSequence,
  toSequenceRate,
} from './frame-rate.ts';
import { momentText, toPlainText } from './plain-text.ts';
import type { ExportSelection, ExportSource } from './selection.ts';

type Attributes = Readonly<Record<string, string | number | undefined>>;

const XML_ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};
const escapeXml = (text: string) => text.replace(/[&<>"']/g, (character) => XML_ESCAPES[character] ?? '');

function element(name: string, attributes: Attributes, children: readonly string[] = []): string {
  const attributeText = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${escapeXml(String(value))}"`)
    .join('');
  if (children.length === 0) return `<${name}${attributeText}/>`;
  const body = children.join('\n').replace(/^/gm, '  ');
  return `<${name}${attributeText}>\n${body}\n</${name}>`;
}

/** Formats seconds as the fraction that Final Cut requires: a whole number of frames. */
function formatSeconds(frames: number, rate: FrameRate): string {
  if (frames === 0) return '0s';
  return rate.seconds === 1 && frames % rate.frames === 0
    ? `${frames / rate.frames}s`
    : `${frames * rate.seconds}/${rate.frames}s`;
}

/** Creates a registry that assigns each value one id. */
function createIdRegistry<T>(prefix: string, keyOf: (value: T) => string) {
  const ids = new Map<string, { readonly id: string; readonly value: T }>();
  return {
    idOf(value: T): string {
      const key = keyOf(value);
      const entry = ids.get(key) ?? { id: `${prefix}${ids.size + 1}`, value };
      ids.set(key, entry);
      return entry.id;
    },
    all: () => [...ids.values()],
  };
}

interface VideoFormat {
  readonly rate: FrameRate;
  readonly width: number | undefined;
  readonly height: number | undefined;
}

const toVideoFormat = (source: ExportSource, rate = toFrameRate(source)): VideoFormat => ({
  rate,
  width: source.width,
  height: source.height,
});

/** Writes Final Cut Pro XML 1.8, which DaVinci Resolve and later versions of Final Cut also read. */
export function writeFcpxml(selection: ExportSelection): string {
  const { title, moments } = selection;
  const formats = createIdRegistry<VideoFormat>('f', ({ rate, width, height }) =>
    [rate.frames, rate.seconds, width, height].join(' '),
  );
  const assets = createIdRegistry<ExportSource>('a', ({ uri }) => uri);
  const rate = toSequenceRate(selection);
  const mainSource = moments.find(({ source }) => source.video)?.source ?? moments[0]?.source;
  const sequenceFormat = mainSource === undefined ? undefined : formats.idOf(toVideoFormat(mainSource, rate));
  const cuts = toSequence(moments, rate);
  const clips = cuts.map(({ moment, count, offset }) => {
    const sourceRate = toFrameRate(moment.source);
    const text = momentText(moment);
    return element(
      'asset-clip',
      {
        ref: assets.idOf(moment.source),
        name: toPlainText(moment.source.name),
        offset: formatSeconds(offset, rate),
        start: formatSeconds(toFrames(moment.startMs, sourceRate), sourceRate),
        duration: formatSeconds(count, rate),
        tcFormat: 'NDF',
      },
      text === '' ? [] : [`<note>${escapeXml(text)}</note>`],
    );
  });
  const assetElements = assets.all().map(({ id, value: source }) => {
    const sourceRate = toFrameRate(source);
    return element('asset', {
      id,
      name: toPlainText(source.name),
      src: source.uri,
      start: '0s',
      duration: formatSeconds(Math.max(1, toFrames(source.durationMs, sourceRate)), sourceRate),
      hasVideo: source.video ? 1 : undefined,
      format: source.video ? formats.idOf(toVideoFormat(source)) : undefined,
      hasAudio: source.audio === undefined ? undefined : 1,
      audioSources: source.audio === undefined ? undefined : 1,
      audioChannels: source.audio?.channels,
      audioRate: source.audio?.sampleRate,
    });
  });
  const formatElements = formats
    .all()
    .map(({ id, value: { rate: formatRate, width, height } }) =>
      element('format', { id, frameDuration: `${formatRate.seconds}/${formatRate.frames}s`, width, height }),
    );
  const totalFrames = cuts.reduce((sum, { count }) => sum + count, 0);
  const sequence = element(
    'sequence',
    {
      format: sequenceFormat,
      duration: formatSeconds(totalFrames, rate),
      tcStart: '0s',
      tcFormat: isDropFrame(rate) ? 'DF' : 'NDF',
    },
    [element('spine', {}, clips)],
  );
  const name = toPlainText(title);
  const document = element('fcpxml', { version: '1.8' }, [
    element('resources', {}, [...formatElements, ...assetElements]),
    element('library', {}, [element('event', { name }, [element('project', { name }, [sequence])])]),
  ]);
  return `<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE fcpxml>\n\n${document}\n`;
}
