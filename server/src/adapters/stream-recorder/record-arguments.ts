/** What is recorded, and how. */
export interface StreamSource {
  readonly url: URL;
  /** How the names of the files begin. */
  readonly name: string;
  readonly segmentMs: number;
}

/** Time without data after which a connection counts as lost, µs. */
const MAX_SILENCE_US = 30_000_000;

const isRtsp = ({ protocol }: URL) => /^rtsps?:$/.test(protocol);

/** Returns the protocols that ffmpeg may use. No playlist can lead it to a file, or to a device. */
function listProtocols(url: URL): string {
  return isRtsp(url) ? 'rtsp,rtsps,rtp,tcp,tls,udp,crypto' : 'http,https,httpproxy,tcp,tls,crypto';
}

/** Returns a name as it may stand in a pattern of file names. */
function toPattern(name: string): string {
  return name.replaceAll('%', '%%');
}

/**
 * Returns the arguments with which ffmpeg copies a stream into Matroska files, each named by the time at which it begins.
 * Matroska can be read while it is written. Its clusters are short, so that what was said is on disk a second later.
 */
export function listRecordArguments({ url, name, segmentMs }: StreamSource): readonly string[] {
  return [
    '-hide_banner',
    '-loglevel',
    'warning',
    '-protocol_whitelist',
    listProtocols(url),
    ...(isRtsp(url)
      ? ['-rtsp_transport', 'tcp', '-timeout', `${MAX_SILENCE_US}`]
      : ['-rw_timeout', `${MAX_SILENCE_US}`]),
    '-i',
    url.href,
    ...['-map', '0:v:0?', '-map', '0:a?', '-c', 'copy'],
    ...['-f', 'segment', '-segment_format', 'matroska', '-segment_time', `${segmentMs / 1000}`],
    ...['-segment_format_options', 'cluster_time_limit=1000:flush_packets=1'],
    ...['-reset_timestamps', '1', '-strftime', '1'],
    ...['-progress', 'pipe:1', '-stats_period', '1', '-nostats'],
    `file:${toPattern(name)} %Y-%m-%d %H-%M-%S.mkv`,
  ];
}
