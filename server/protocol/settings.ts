import { z } from 'zod';
import type { Message } from './message.ts';

export const settingValue = z.union([
  z.string().max(65_536),
  z.number(),
  z.boolean(),
  z.array(z.string().max(4096)).max(1000),
  z.null(),
]);
export type SettingValue = Message<typeof settingValue>;

const key = z.string().min(1).max(256);

export const settingsGetParams = z.object({
  key: key.optional(),
  details: z.boolean().optional().describe('Also return what each setting does.'),
});
export type SettingsGetParams = Message<typeof settingsGetParams>;

export const settingsSetParams = z.object({
  key,
  value: settingValue.describe('`null` restores the default.'),
});
export type SettingsSetParams = Message<typeof settingsSetParams>;

export const settingDetail = z.object({ description: z.string(), default: settingValue });
export type SettingDetail = Message<typeof settingDetail>;

export const settingsResult = z.object({
  settings: z.record(z.string(), settingValue),
  details: z.record(z.string(), settingDetail).optional().describe('By setting; present if asked for.'),
});
export type SettingsResult = Message<typeof settingsResult>;
