import { MEDIA_FORMATS } from './media-formats.ts';

/** File name extensions of media, in lower case and without the dot. */
export const VIDEO_EXTENSIONS: ReadonlySet<string> = new Set(MEDIA_FORMATS.flatMap(({ video }) => video));

export const AUDIO_EXTENSIONS: ReadonlySet<string> = new Set(MEDIA_FORMATS.flatMap(({ audio }) => audio));

/** Lists files with a media extension that are never media: `go.mod` describes a Go module. */
const NEVER_MEDIA: ReadonlySet<string> = new Set(['go.mod']);

/** Extensions of files with timed text beside a video. */
export const SIDECAR_EXTENSIONS: ReadonlySet<string> = new Set(
  'ass dfxp idx itt json json3 lrc mcc sami sbv scc smi srt srv1 srv2 srv3 ssa sub sup tsv ttml vtt'.split(
    ' ',
  ),
);

/** Extensions of files with bitmap subtitles. An `.idx` file belongs to a `.sub` file with the pictures. */
const BITMAP_SIDECARS: ReadonlySet<string> = new Set(['idx', 'sup']);

/** Extensions of subtitle files that are not supported: broadcast captions. */
const UNREAD_SIDECARS: ReadonlySet<string> = new Set(['mcc', 'scc']);

/** Returns the lower-case extension: `mp4` for `Talk.MP4`; '' if there is none. */
export function extensionOf(name: string): string {
  const dot = name.lastIndexOf('.');
  return dot <= 0 ? '' : name.slice(dot + 1).toLowerCase();
}

export function isMedia(name: string): boolean {
  const extension = extensionOf(name);
  if (NEVER_MEDIA.has(name)) return false;
  return VIDEO_EXTENSIONS.has(extension) || AUDIO_EXTENSIONS.has(extension);
}

export function isUnreadSidecar(name: string): boolean {
  return UNREAD_SIDECARS.has(extensionOf(name));
}

/** Returns whether a file beside a video contains pictures that the text recogniser reads. */
export function isBitmapSidecar(name: string): boolean {
  return BITMAP_SIDECARS.has(extensionOf(name));
}

export function isSidecar(name: string): boolean {
  return SIDECAR_EXTENSIONS.has(extensionOf(name));
}

/** Returns the media extensions that a text types after a file's name: `mp4` for "What is talk.mp4 about?". */
export function typedExtensions(text: string): ReadonlySet<string> {
  const names = text.match(/[\p{L}\p{N}_)\]-]\.[a-z0-9]{2,5}(?![\p{Script=Latin}\p{N}])/giu) ?? [];
  return new Set(names.filter(isMedia).map(extensionOf));
}
