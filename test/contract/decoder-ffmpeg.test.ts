// needs: ffmpeg
import { createFfmpegDecoder } from '../../server/src/adapters/libav/ffmpeg-decoder.ts';
import { decoderContract } from '../support/decoder-contract.ts';
import { decoderFaults } from '../support/decoder-faults.ts';

decoderContract('ffmpeg', () => createFfmpegDecoder(''));
decoderFaults('ffmpeg', () => createFfmpegDecoder(''));
