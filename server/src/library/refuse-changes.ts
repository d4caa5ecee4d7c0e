import { type Library, RequestError } from '../library.ts';

/** Methods that change the index, the watched folders or corrections. */
type ChangeMethods = Pick<
  Library,
  | 'addFolder'
  | 'removeFolder'
  | 'index'
  | 'forget'
  | 'reindex'
  | 'correctLine'
  | 'nameSpeaker'
  | 'tag'
  | 'uncorrect'
  | 'pause'
  | 'resume'
>;

/** Creates the error of a change to an index that this daemon only reads. */
export function toReadOnlyError(address: string): RequestError {
  return new RequestError(
    'unavailable',
    `This daemon only reads the index in ${address}: it cannot change videos, folders or corrections.`,
    'Do that on the host whose daemon owns the index.',
  );
}

/** Creates the methods of a daemon that only reads an index: each says who can change it. */
export function refuseChanges(address: string): ChangeMethods {
  const refuse = async (): Promise<never> => {
    throw toReadOnlyError(address);
  };
  return {
    addFolder: refuse,
    removeFolder: refuse,
    index: refuse,
    forget: refuse,
    reindex: refuse,
    correctLine: refuse,
    nameSpeaker: refuse,
    tag: refuse,
    uncorrect: refuse,
    pause: refuse,
    resume: refuse,
  };
}
