// needs: ffmpeg
import { createFfmpegDecoder } from '../../server/src/adapters/libav/ffmpeg-decoder.ts';
import { checkBitmapSubtitles } from '../support/bitmap-contract.ts';

checkBitmapSubtitles(createFfmpegDecoder(''));
