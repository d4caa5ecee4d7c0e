import { createNodeAvDecoder } from '../../server/src/adapters/libav/node-av-decoder.ts';
import { decoderContract } from '../support/decoder-contract.ts';

decoderContract('node-av', createNodeAvDecoder);
