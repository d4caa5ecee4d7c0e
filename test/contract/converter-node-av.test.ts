import { createNodeAvDecoder } from '../../server/src/adapters/libav/node-av-decoder.ts';
import { converterContract } from '../support/converter-contract.ts';

converterContract('node-av', createNodeAvDecoder);
