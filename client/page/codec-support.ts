/** Maps libav's name of a container or codec to the MIME type that tests whether a player supports it. */
const MIME_TYPES: Readonly<Record<string, string>> = {
  mp4: 'video/mp4',
  webm: 'video/webm',
  mkv: 'video/x-matroska',
  ogg: 'audio/ogg',
  mp3: 'audio/mpeg',
  wav: 'audio/wav',
  flac: 'audio/flac',
  h264: 'video/mp4; codecs="avc1.42E01E"',
  hevc: 'video/mp4; codecs="hvc1.1.6.L93.B0"',
  vp8: 'video/webm; codecs="vp8"',
  vp9: 'video/webm; codecs="vp9"',
  av1: 'video/mp4; codecs="av01.0.04M.08"',
  theora: 'video/ogg; codecs="theora"',
  aac: 'audio/mp4; codecs="mp4a.40.2"',
  opus: 'audio/webm; codecs="opus"',
  vorbis: 'audio/webm; codecs="vorbis"',
  pcm: 'audio/wav; codecs="1"',
};

/** Holds 0.2 s of silence as AAC in ADTS, in base64. */
const AAC_SAMPLE = '//FsQAF//AEYIAf/8WxAAX/8ARggB//xbEABf/wBGCAH';

/**
 * Returns whether the player really decodes AAC. Desktop VS Code claims to play AAC but has no decoder, so it would
 * play such a file silently.
 */
async function decodesAac(): Promise<boolean> {
  try {
    const bytes = Uint8Array.from(atob(AAC_SAMPLE), (char) => char.charCodeAt(0));
    await new OfflineAudioContext(1, 1, 44_100).decodeAudioData(bytes.buffer);
    return true;
  } catch {
    return false;
  }
}

async function detectCodecs(): Promise<readonly string[]> {
  const player = document.createElement('video');
  const claimedCodecs = Object.keys(MIME_TYPES).filter(
    (name) => player.canPlayType(MIME_TYPES[name] ?? '') !== '',
  );
  return claimedCodecs.includes('aac') && !(await decodesAac())
    ? claimedCodecs.filter((name) => name !== 'aac')
    : claimedCodecs;
}

let supportedCodecs: Promise<readonly string[]> | undefined;

/** Returns the containers and codecs that this player supports, as `goldfish/playback` names them. */
export function findSupportedCodecs(): Promise<readonly string[]> {
  supportedCodecs ??= detectCodecs();
  return supportedCodecs;
}
