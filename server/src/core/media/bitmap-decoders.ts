import { createDvbDecoder } from './dvb-decoder.ts';
import { type BitmapDecoder, createPgsDecoder } from './pgs-decoder.ts';
import { createVobsubDecoder, parseVobsubPalette } from './vobsub-decoder.ts';
import { createXsubDecoder } from './xsub-decoder.ts';

/** Facts about a track that its decoder needs. */
interface BitmapTrackFacts {
  /** Bytes that the container keeps for the codec; empty if there are none. */
  readonly extradata: Uint8Array;
  /** Four-character code of the codec in the container; empty if it has none. */
  readonly tag: string;
}

type CreateDecoder = (facts: BitmapTrackFacts) => BitmapDecoder;

/** Decoders of bitmap subtitles by the names of libav's codecs. */
const DECODERS: Readonly<Record<string, CreateDecoder>> = {
  hdmv_pgs_subtitle: () => createPgsDecoder(),
  dvd_subtitle: ({ extradata }) =>
    createVobsubDecoder(parseVobsubPalette(new TextDecoder('latin1').decode(extradata))),
  dvb_subtitle: () => createDvbDecoder(),
  xsub: ({ tag }) => createXsubDecoder(tag === 'DXSA'),
};

/** Creates the decoder of a codec; undefined if there is none. */
export function createBitmapDecoder(codec: string, facts: BitmapTrackFacts): BitmapDecoder | undefined {
  return DECODERS[codec]?.(facts);
}
