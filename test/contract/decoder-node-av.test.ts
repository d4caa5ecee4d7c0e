import { createNodeAvDecoder } from '../../server/src/adapters/libav/node-av-decoder.ts';
import { decoderContract } from '../support/decoder-contract.ts';
import { decoderFaults } from '../support/decoder-faults.ts';

decoderContract('node-av', createNodeAvDecoder);
decoderFaults('node-av', createNodeAvDecoder);
