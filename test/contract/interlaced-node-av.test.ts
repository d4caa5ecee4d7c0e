// needs: ffmpeg
import { createNodeAvDecoder } from '../../server/src/adapters/libav/node-av-decoder.ts';
import { interlacedContract } from '../support/interlaced-contract.ts';

interlacedContract('node-av', createNodeAvDecoder);
