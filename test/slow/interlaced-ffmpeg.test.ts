// needs: ffmpeg
import { createFfmpegDecoder } from '../../server/src/adapters/libav/ffmpeg-decoder.ts';
import { interlacedContract } from '../support/interlaced-contract.ts';

interlacedContract('ffmpeg', () => createFfmpegDecoder(''));
