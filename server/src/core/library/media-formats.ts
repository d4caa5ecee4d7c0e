/** Containers as players are asked about them. */
export type PlayerContainer = 'mp4' | 'webm' | 'mkv' | 'ogg' | 'mp3' | 'wav' | 'flac';

/** A family of media files: what they are called, what reads them and what plays them. */
export interface MediaFormat {
  /** libav's demuxers, by the first part of their names. The first is the usual one. None opens another file. */
  readonly demuxers: readonly string[];
  /** File name extensions, lower case, without the dot. The first is the usual one. */
  readonly video: readonly string[];
  readonly audio: readonly string[];
  /** The container that a player must play; absent if no player plays it as it is. */
  readonly player?: PlayerContainer;
  /** MIME types under which the page serves it as it is. */
  readonly videoType?: string;
  readonly audioType?: string;
  /** Its packets carry all times that mp4 needs, so tracks can be copied into one. */
  readonly copies?: boolean;
}

/** Splits a list of names. */
const names = (list: string): readonly string[] => list.split(' ').filter(Boolean);

function format(
  demuxers: string,
  video: string,
  audio: string,
  more: Omit<MediaFormat, 'demuxers' | 'video' | 'audio'> = {},
): MediaFormat {
  return { demuxers: names(demuxers), video: names(video), audio: names(audio), ...more };
}

/** All media that is indexed: the only such list. */
export const MEDIA_FORMATS: readonly MediaFormat[] = [
  format('mov', 'mp4 m4v f4v 3gp 3g2 insv lrv', 'm4a m4b m4r 3ga', {
    player: 'mp4',
    videoType: 'video/mp4',
    audioType: 'audio/mp4',
    copies: true,
  }),
  format('mov', 'mov qt', '', { player: 'mp4', videoType: 'video/quicktime', copies: true }),
  format('matroska', 'mkv mk3d', 'mka', {
    player: 'mkv',
    videoType: 'video/x-matroska',
    audioType: 'audio/x-matroska',
    copies: true,
  }),
  format('matroska', 'webm', 'weba', {
    player: 'webm',
    videoType: 'video/webm',
    audioType: 'audio/webm',
    copies: true,
  }),
  format('ogg', 'ogv ogm', 'ogg oga opus spx', {
    player: 'ogg',
    videoType: 'video/ogg',
    audioType: 'audio/ogg',
  }),
  format('mp3', '', 'mp3 mp2 mpga', { player: 'mp3', audioType: 'audio/mpeg' }),
  format('wav', '', 'wav', { player: 'wav', audioType: 'audio/wav' }),
  format('flac', '', 'flac', { player: 'flac', audioType: 'audio/flac' }),
  format('mpegts', 'ts mts m2ts m2t tod', '', { copies: true }),
  format('flv', 'flv', '', { copies: true }),
  format('mpeg', 'mpg mpeg mpe m2p vob mod', ''),
  format('mpegvideo', 'm1v m2v mpv', ''),
  format('h264', 'h264', ''),
  format('hevc', 'h265 hevc', ''),
  // Also MPEG-4 pictures alone, which some call .m4v.
  format('m4v', '', ''),
  format('avi', 'avi divx amv', ''),
  format('dv', 'dv', ''),
  format('asf', 'wmv asf', 'wma'),
  format('rm', 'rm rmvb', ''),
  format('mxf', 'mxf', ''),
  format('gxf', 'gxf', ''),
  format('nut', 'nut', ''),
  format('ivf', 'ivf', ''),
  format('yuv4mpegpipe', 'y4m', ''),
  format('mjpeg jpeg_pipe', 'mjpeg mjpg', ''),
  format('gif', 'gif', ''),
  format('aac', '', 'aac'),
  format('ac3', '', 'ac3'),
  format('eac3', '', 'eac3'),
  format('dts dtshd', '', 'dts'),
  format('aiff', '', 'aiff aif aifc'),
  format('au', '', 'au'),
  format('caf', '', 'caf'),
  format('wv', '', 'wv'),
  format('tta', '', 'tta'),
  format('ape', '', 'ape'),
  format('amr', '', 'amr'),
];

/** Finds the family of a file by its extension. */
export function findMediaFormat(extension: string): MediaFormat | undefined {
  return MEDIA_FORMATS.find(({ video, audio }) => video.includes(extension) || audio.includes(extension));
}
