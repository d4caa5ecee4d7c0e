import type { Paces } from '../core/paces.ts';

/** How long captions took here, kept across restarts. What cannot be read or written is as if it never was. */
export interface PaceList {
  load(): Promise<Paces>;
  save(paces: Paces): Promise<void>;
}
