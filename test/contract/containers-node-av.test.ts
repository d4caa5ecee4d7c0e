// needs: ffmpeg
import { createNodeAvDecoder } from '../../server/src/adapters/libav/node-av-decoder.ts';
import { containersContract } from '../support/containers-contract.ts';

containersContract('node-av', createNodeAvDecoder);
