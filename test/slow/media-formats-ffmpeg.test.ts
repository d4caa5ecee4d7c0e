// needs: ffmpeg
import { createFfmpegDecoder } from '../../server/src/adapters/libav/ffmpeg-decoder.ts';
import { mediaFormatsContract } from '../support/media-formats-contract.ts';

mediaFormatsContract('ffmpeg', () => createFfmpegDecoder(''));
