// needs: ffmpeg
import { createFfmpegDecoder } from '../../server/src/adapters/libav/ffmpeg-decoder.ts';
import { decoderContract } from '../support/decoder-contract.ts';

decoderContract('ffmpeg', () => createFfmpegDecoder(''));
