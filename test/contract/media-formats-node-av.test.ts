// needs: ffmpeg
import { createNodeAvDecoder } from '../../server/src/adapters/libav/node-av-decoder.ts';
import { mediaFormatsContract } from '../support/media-formats-contract.ts';

mediaFormatsContract('node-av', createNodeAvDecoder);
