/** Names containers in queries about what a player supports. */
export type PlayerContainer = 'mp4' | 'webm' | 'mkv' | 'ogg' | 'mp3' | 'wav' | 'flac';

/** Describes a family of media files: its extensions, demuxers and players. */
export interface MediaFormat {
  /** Demuxers of libav, by the first part of their names, the usual one first. Other demuxers are refused. */
  readonly demuxers: readonly string[];
  /** File name extensions, in lower case and without the dot, the usual one first. */
  readonly video: readonly string[];
  readonly audio: readonly string[];
  /** Container that a player must support; missing if no player plays the file unchanged. */
  readonly playerContainer?: PlayerContainer;
  /** MIME types for serving the file unchanged. */
  readonly videoType?: string;
  readonly audioType?: string;
  /** True if packets carry all timestamps that mp4 needs, so that tracks can be copied into mp4. */
  readonly copies?: boolean;
}

/** Splits a space-separated list. */
const splitNames = (list: string): readonly string[] => list.split(' ').filter(Boolean);

function format(
  demuxers: string,
  video: string,
  audio: string,
  overrides: Omit<MediaFormat, 'demuxers' | 'video' | 'audio'> = {},
): MediaFormat {
  return { demuxers: splitNames(demuxers), video: splitNames(video), audio: splitNames(audio), ...overrides };
}

/** Lists all supported media formats. No other list exists. */
export const MEDIA_FORMATS: readonly MediaFormat[] = [
  format('mov', 'mp4 m4v f4v 3gp 3g2 insv lrv', 'm4a m4b m4r 3ga', {
    playerContainer: 'mp4',
    videoType: 'video/mp4',
    audioType: 'audio/mp4',
    copies: true,
  }),
  format('mov', 'mov qt', '', { playerContainer: 'mp4', videoType: 'video/quicktime', copies: true }),
  format('matroska', 'mkv mk3d', 'mka', {
    playerContainer: 'mkv',
    videoType: 'video/x-matroska',
    audioType: 'audio/x-matroska',
    copies: true,
  }),
  format('matroska', 'webm', 'weba', {
    playerContainer: 'webm',
    videoType: 'video/webm',
    audioType: 'audio/webm',
    copies: true,
  }),
  format('ogg', 'ogv ogm', 'ogg oga opus spx', {
    playerContainer: 'ogg',
    videoType: 'video/ogg',
    audioType: 'audio/ogg',
  }),
  format('mp3', '', 'mp3 mp2 mpga', { playerContainer: 'mp3', audioType: 'audio/mpeg' }),
  format('wav', '', 'wav', { playerContainer: 'wav', audioType: 'audio/wav' }),
  format('flac', '', 'flac', { playerContainer: 'flac', audioType: 'audio/flac' }),
  format('mpegts', 'ts mts m2ts m2t tod', '', { copies: true }),
  format('flv', 'flv', '', { copies: true }),
  format('mpeg', 'mpg mpeg mpe m2p vob mod', ''),
  format('mpegvideo', 'm1v m2v mpv', ''),
  format('h264', 'h264', ''),
  format('hevc', 'h265 hevc', ''),
  // Also covers raw MPEG-4 video, which some tools name .m4v.
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

/** Returns the format of a file by its extension. */
export function findMediaFormat(extension: string): MediaFormat | undefined {
  return MEDIA_FORMATS.find(({ video, audio }) => video.includes(extension) || audio.includes(extension));
}
