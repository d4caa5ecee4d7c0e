import { z } from 'zod';
import { keys, schema } from './schema.ts';

export interface Configuration {
  readonly title: string;
  readonly properties: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** VS Code's `contributes.configuration` for all settings. Machine scope: a workspace must not change the daemon. */
export function contributedConfiguration(): Configuration {
  const properties = keys.map((key, order) => {
    const { $schema: _, description, ...rest } = z.toJSONSchema(schema[key], { io: 'input' });
    return [
      `goldfish.${key}`,
      { order, scope: 'machine', ...rest, markdownDescription: description },
    ] as const;
  });
  return { title: 'Goldfish', properties: Object.fromEntries(properties) };
}
