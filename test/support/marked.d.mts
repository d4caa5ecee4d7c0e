export declare const MARK: string;
export declare function markedProcesses(mark: string): readonly number[];
export declare function programArguments(pid: number): readonly string[];
export declare function killMarked(mark: string, exceptPids?: readonly number[]): void;
