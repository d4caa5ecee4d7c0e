// needs: ffmpeg
import { createFfmpegDecoder } from '../../server/src/adapters/libav/ffmpeg-decoder.ts';
import { clockContract } from '../support/clock-contract.ts';

clockContract('ffmpeg', () => createFfmpegDecoder(''), { transportOnly: true });
