import { z } from 'zod';
import { settingKeys, settingsSchema } from './schema.ts';

export interface VsCodeConfiguration {
  readonly title: string;
  readonly properties: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/**
 * Returns VS Code's `contributes.configuration` for all settings. The scope is "machine": a workspace must
 * not change the daemon.
 */
export function toVsCodeConfiguration(): VsCodeConfiguration {
  const properties = settingKeys.map((key, order) => {
    const { $schema: _, description, ...rest } = z.toJSONSchema(settingsSchema[key], { io: 'input' });
    return [
      `goldfish.${key}`,
      { order, scope: 'machine', ...rest, markdownDescription: description },
    ] as const;
  });
  return { title: 'Goldfish', properties: Object.fromEntries(properties) };
}
