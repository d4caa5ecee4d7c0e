export declare const MARK: string;
export declare function markedProcesses(mark: string): readonly number[];
export declare function killMarked(mark: string, spared?: readonly number[]): void;
