// needs: ffmpeg
import { createFfmpegDecoder } from '../../server/src/adapters/libav/ffmpeg-decoder.ts';
import { soundContract } from '../support/sound-contract.ts';

soundContract('ffmpeg', () => createFfmpegDecoder(''));
