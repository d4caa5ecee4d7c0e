import type { z } from 'zod';

export type DeepReadonly<T> = T extends readonly (infer Element)[]
  ? readonly DeepReadonly<Element>[]
  : T extends object
    ? { readonly [Key in keyof T]: DeepReadonly<T[Key]> }
    : T;

/** The type of the messages that a schema describes. Messages are read-only throughout. */
export type Message<Schema extends z.ZodType> = DeepReadonly<z.output<Schema>>;
