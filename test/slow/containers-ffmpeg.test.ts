// needs: ffmpeg
import { createFfmpegDecoder } from '../../server/src/adapters/libav/ffmpeg-decoder.ts';
import { containersContract } from '../support/containers-contract.ts';

containersContract('ffmpeg', () => createFfmpegDecoder(''));
