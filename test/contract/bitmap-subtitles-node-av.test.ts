// needs: ffmpeg
import { createNodeAvDecoder } from '../../server/src/adapters/libav/node-av-decoder.ts';
import { checkBitmapSubtitles } from '../support/bitmap-contract.ts';

checkBitmapSubtitles(createNodeAvDecoder());
