import { serveChildCalls } from '../../server/src/base/child-server.ts';
import type { MediaCalls } from '../../server/src/children/media-messages.ts';

const probe = { container: 'mp4', durationMs: 1000, streams: [], chapters: [] };

/** A media child that crashes, hangs or works, as the file's name says. */
serveChildCalls<MediaCalls>({
  async probe({ uri }) {
    if (uri.endsWith('crash')) process.kill(process.pid, 'SIGSEGV');
    if (uri.endsWith('hang')) for (;;);
    return { ...probe, title: String(process.pid) };
  },
  async subtitleTracks() {
    return [];
  },
  async subtitlePictures() {
    return null;
  },
  async subtitles() {
    return [];
  },
  async frames() {
    return null;
  },
  async pass() {
    return null;
  },
  async still() {
    return new Uint8Array();
  },
  async picture() {
    return { timeMs: 0, width: 1, height: 1, data: new Uint8Array(3) };
  },
  async measure({ uri }, { emit }) {
    await emit(500);
    if (uri.endsWith('late crash')) process.kill(process.pid, 'SIGSEGV');
    return { clips: [], textTimes: [] };
  },
  async convert({ request: { startMs } }, { emit, signal }) {
    await emit(new TextEncoder().encode(`${process.pid}`));
    // A stream that its reader would have to end.
    if (startMs > 0) await new Promise((ended) => signal.addEventListener('abort', ended));
    return null;
  },
  async cut() {
    return { startMs: 0, durationMs: 0 };
  },
});
