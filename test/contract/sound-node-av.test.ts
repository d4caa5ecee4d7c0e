// needs: ffmpeg
import { createNodeAvDecoder } from '../../server/src/adapters/libav/node-av-decoder.ts';
import { soundContract } from '../support/sound-contract.ts';

soundContract('node-av', createNodeAvDecoder);
