import type { ObjectStorage, StoredObject, WriteCondition } from '../../server/src/ports/object-storage.ts';

export interface MemoryObjects extends ObjectStorage {
  readonly stored: Map<string, StoredObject>;
  /** Called before each call; may throw as a network does. */
  fault: (call: 'read' | 'write' | 'remove', name: string, text?: string) => void;
  /** Called after a write has arrived; may throw as a network does that loses the answer. */
  answerFault: (text: string) => void;
}

/** Object storage in memory, with conditional writes. */
export function createMemoryObjects(): MemoryObjects {
  const stored = new Map<string, StoredObject>();
  let writeCount = 0;
  const holds = (name: string, condition: WriteCondition | undefined) => {
    const current = stored.get(name);
    if (condition === undefined) return true;
    return condition === 'absent' ? current === undefined : current?.version === condition.version;
  };
  const objects: MemoryObjects = {
    address: 's3://bucket/library',
    stored,
    fault: () => undefined,
    answerFault: () => undefined,
    async read(name) {
      objects.fault('read', name);
      return stored.get(name);
    },
    async write(name, text, condition) {
      objects.fault('write', name, text);
      if (!holds(name, condition)) return undefined;
      writeCount += 1;
      const version = `v${writeCount}`;
      stored.set(name, { text, version });
      objects.answerFault(text);
      return version;
    },
    async remove(name) {
      objects.fault('remove', name);
      stored.delete(name);
    },
  };
  return objects;
}
