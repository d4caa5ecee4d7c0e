/** Returns the name of a repository's folder in Hugging Face's cache: `models--OWNER--NAME`. */
export function toSharedFolderName(id: string): string {
  return `models--${id.replaceAll('/', '--')}`;
}

/** Returns the hub id that a path in the cache of Hugging Face contains, as in `models--intfloat--e5-small/snapshots/...`. */
export function findIdInPath(folder: string): string | undefined {
  const [, owner, name] = /[\\/]models--(.+?)--([^\\/]+)[\\/]snapshots[\\/]/.exec(folder) ?? [];
  return owner === undefined || name === undefined ? undefined : `${owner}/${name}`;
}
