import type { IndependentClient } from './independent-client.ts';

/** A line of a video, as the daemon reports it. */
export interface VideoLine {
  readonly kind: string;
  readonly text: string;
  readonly source: string;
  readonly speaker?: string;
  readonly language?: string;
  readonly startMs: number;
  readonly endMs: number;
}

/** Returns the lines of a kind in a video, once no work on the video is left. */
export async function finishedLines(
  client: IndependentClient,
  uri: string,
  kind: string,
): Promise<readonly VideoLine[]> {
  for (;;) {
    const seen = client.notices.length;
    const { result } = await client.request('goldfish/video', { uri });
    const { lines = [], state } = (result ?? {}) as { lines?: readonly VideoLine[]; state?: string };
    if (state === 'done') return lines.filter((line) => line.kind === kind);
    await client.notice(
      (notice) => notice.method === 'goldfish/didChangeStatus' && client.notices.indexOf(notice) >= seen,
    );
  }
}
