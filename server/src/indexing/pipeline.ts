import type { Settings } from '../core/settings.ts';
import type { Copy } from '../core/video.ts';
import type { Disk } from '../ports/disk.ts';
import type { Media } from '../ports/media.ts';
import type { Store } from '../ports/store.ts';
import { cuesStage } from './cues.ts';
import { passagesStage } from './passages.ts';
import { probeStage } from './probe.ts';
import type { StageRunner } from './stage.ts';

export interface StagePorts {
  readonly media: Media;
  readonly disk: Disk;
  readonly store: Store;
  readonly settings: () => Settings;
  readonly copiesOf: (videoId: string) => readonly Copy[];
}

/** The stages in the order of work; what is derived from the others comes last. */
export function pipeline(ports: StagePorts): readonly StageRunner[] {
  const clipMs = () => ports.settings()['clips.seconds'] * 1000;
  return [
    probeStage(ports.media, clipMs),
    cuesStage(ports.media, ports.disk),
    passagesStage(ports.store, ports.copiesOf),
  ];
}
