export type SettingValue = string | number | boolean | readonly string[] | null;

export interface SettingsGetParams {
  readonly key?: string;
}

export interface SettingsSetParams {
  readonly key: string;
  /** `null` brings the default back. */
  readonly value: SettingValue;
}

export interface SettingsResult {
  readonly settings: { readonly [key: string]: SettingValue };
}
