export interface S3Server {
  readonly endpoint: string;
  /** Keys of this server, as a daemon finds them in its environment. */
  readonly env: Readonly<Record<string, string>>;
  /** What `index.options` needs for this server. */
  readonly options: readonly string[];
  stop(): Promise<void>;
}

/** Returns what `index.options` needs for a server on loopback. */
export const toOptions = (endpoint: string) => [
  `endpoint=${endpoint}`,
  'region=us-east-1',
  'allow_http=true',
];
