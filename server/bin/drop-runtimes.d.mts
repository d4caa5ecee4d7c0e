export declare function runtimesFolder(from: string): string | undefined;
export declare function otherRuntimes(folder: string, own?: string): readonly string[];
export declare function dropOtherRuntimes(from: string): void;
