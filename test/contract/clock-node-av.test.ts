// needs: ffmpeg
import { createNodeAvDecoder } from '../../server/src/adapters/libav/node-av-decoder.ts';
import { clockContract } from '../support/clock-contract.ts';

clockContract('node-av', createNodeAvDecoder, { transportOnly: false });
