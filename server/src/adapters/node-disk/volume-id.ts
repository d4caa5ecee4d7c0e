import { readdirSync, statSync } from 'node:fs';
import type { VolumeId } from '../../core/domain/video.ts';

/** Linux lists here every file system on a block device, by its identifier, as links to the devices. */
const UUID_FOLDER = '/dev/disk/by-uuid';

/**
 * Returns a function that names the file system of a device number (`stat.dev`). The name survives a restart and a change
 * of the slot where the system lists identifiers; elsewhere it is the device number.
 */
export function createVolumeNames(uuidFolder = UUID_FOLDER): (device: number) => VolumeId {
  let uuids: ReadonlyMap<number, string> | undefined;
  return (device) => {
    uuids ??= listUuids(uuidFolder);
    const uuid = uuids.get(device);
    return uuid === undefined ? `device ${device}` : `uuid ${uuid}`;
  };
}

/** Returns the identifiers of file systems by device number; none where the system does not list them. */
function listUuids(folder: string): ReadonlyMap<number, string> {
  const uuids = new Map<number, string>();
  let names: readonly string[] = [];
  try {
    names = readdirSync(folder);
  } catch {
    // Not Linux, or a container without /dev/disk.
  }
  for (const name of names) {
    try {
      uuids.set(statSync(`${folder}/${name}`).rdev, name);
    } catch {
      // The drive was disconnected meanwhile.
    }
  }
  return uuids;
}
