// needs: ffmpeg
import { createFfmpegDecoder } from '../../server/src/adapters/libav/ffmpeg-decoder.ts';
import { converterContract } from '../support/converter-contract.ts';

converterContract('ffmpeg', () => createFfmpegDecoder(''));
