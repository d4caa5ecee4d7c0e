/** File name extensions, lower case, without the dot: the only list of what counts as media. */
export const VIDEO_EXTENSIONS: ReadonlySet<string> = new Set(
  (
    '3g2 3gp amv asf avi divx dv f4v flv gif gxf h264 h265 hevc ivf m1v m2p m2t m2ts m2v m4v mjpeg mjpg mk3d mkv ' +
    'mov mp4 mpe mpeg mpg mpv mts mxf nut ogm ogv qt rm rmvb ts vob webm wmv y4m'
  ).split(' '),
);

export const AUDIO_EXTENSIONS: ReadonlySet<string> = new Set(
  'aac ac3 aif aifc aiff amr ape au caf dts eac3 flac m4a m4b mka mp2 mp3 oga ogg opus spx tta wav wma wv'.split(
    ' ',
  ),
);

/** Files with timed text that lie beside a video. */
export const SIDECAR_EXTENSIONS: ReadonlySet<string> = new Set(
  'ass dfxp idx itt json json3 lrc mcc sami sbv scc smi srt srv1 srv2 srv3 ssa sub sup tsv ttml vtt'.split(
    ' ',
  ),
);

/** Subtitle files that are not read: pictures of text, and captions coded for television. */
const UNREAD_SIDECARS: ReadonlySet<string> = new Set('idx mcc scc sup'.split(' '));

/** `mp4` of `Talk.MP4`; empty where there is none. */
export function extensionOf(name: string): string {
  const dot = name.lastIndexOf('.');
  return dot <= 0 ? '' : name.slice(dot + 1).toLowerCase();
}

export function isMedia(name: string): boolean {
  const extension = extensionOf(name);
  return VIDEO_EXTENSIONS.has(extension) || AUDIO_EXTENSIONS.has(extension);
}

export function isUnreadSidecar(name: string): boolean {
  return UNREAD_SIDECARS.has(extensionOf(name));
}

export function isSidecar(name: string): boolean {
  return SIDECAR_EXTENSIONS.has(extensionOf(name));
}
