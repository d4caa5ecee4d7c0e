/** Creates a folder and its missing parents. Throws the system's error. */
export function makeFolders(path: string, mode?: number): void;
