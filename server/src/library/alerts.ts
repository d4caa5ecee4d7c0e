import type { AlertEvent, AlertItem, AlertMatchItem, AlertsResult } from '../../protocol/alerts.ts';
import type { Log } from '../base/log.ts';
import { createYielder } from '../base/yield-to-event-loop.ts';
import type { Alert, AlertMatch } from '../core/domain/alert.ts';
import { formatMediaLink } from '../core/domain/media-link.ts';
import type { Stage } from '../core/domain/stage.ts';
import type { VideoFile, VideoRecord } from '../core/domain/video.ts';
import { parseQuery } from '../core/query/query-parser.ts';
import { findAlertMatches } from '../core/ranking/match-alert.ts';
import { hashText } from '../core/text/hash-text.ts';
import type { VideoCatalogue } from '../indexing/catalogue.ts';
import { type Library, RequestError } from '../library.ts';
import type { AlertBook } from '../ports/alert-book.ts';
import type { AlertDelivery } from '../ports/alert-delivery.ts';
import type { Store } from '../ports/store.ts';
import { createScopeFilter } from '../search/scope-filter.ts';

/** Stages whose rows hold text that can match. */
const TEXT_STAGES: readonly Stage[] = ['cues', 'screenText', 'transcribe', 'caption'];
const MAX_ALERTS = 100;
/** Maximum number of matches in an event and in the list of an alert. */
const MAX_SHOWN_MATCHES = 20;
/** A match this near to a reported one is the same moment: shown and said, or transcribed again. */
const SAME_MOMENT_MS = 3_000;
const MARK_CHARS = 16;

interface AlertDeps {
  readonly alertBook: AlertBook;
  readonly alertDelivery: AlertDelivery;
  readonly catalogue: VideoCatalogue;
  /** Reads descriptions with the user's corrections applied. */
  readonly store: Pick<Store, 'descriptions'>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly log: Log;
}

/** The rows of one stage that are not compared with the alerts yet. */
interface NewRows {
  readonly stage: Stage;
  readonly isOfPath: boolean;
  readonly marks: readonly string[];
  /** True for the rows of a renamed file: they are known under its former path. */
  readonly isKnown: boolean;
}

export interface AlertMethods extends Pick<Library, 'alerts' | 'addAlert' | 'removeAlert' | 'onAlert'> {
  /** Compares everything with the alerts that was indexed before a crash. */
  catchUp(): void;
  /** Resolves when what is being compared is stored. Nothing is compared afterwards. */
  closeAlerts(): Promise<void>;
}

const toMark = (...parts: readonly string[]) => hashText(parts.join('\n')).slice(0, MARK_CHARS);

/** Returns the rows of a copy that are stored and not compared yet. */
function findNewRows(
  record: VideoRecord | undefined,
  copy: VideoFile,
  marks: ReadonlySet<string>,
): readonly NewRows[] {
  const { videoId, uri, formerUris = [] } = copy;
  const pathMark = (path: string) => toMark(videoId, 'path', path);
  const isRenamed = !marks.has(pathMark(uri)) && formerUris.some((former) => marks.has(pathMark(former)));
  return TEXT_STAGES.flatMap((stage) => {
    const [ofContent, ofPath] = [record?.done[stage], copy.done[stage]];
    return [
      ...(ofContent === undefined
        ? []
        : [{ stage, isOfPath: false, marks: [toMark(videoId, stage, ofContent)], isKnown: false }]),
      ...(ofPath === undefined
        ? []
        : [
            {
              stage,
              isOfPath: true,
              marks: [toMark(videoId, stage, uri, ofPath), pathMark(uri)],
              isKnown: isRenamed,
            },
          ]),
    ].filter((rows) => rows.marks.some((mark) => !marks.has(mark)));
  });
}

/** Creates the methods of alerts, and compares with them what is indexed from now on. */
export async function createAlerts(deps: AlertDeps): Promise<AlertMethods> {
  const { alertBook, catalogue, now } = deps;
  const stored = await alertBook.load();
  let alerts = stored.alerts;
  const marks = new Set(stored.log.marks);
  const matches = [...stored.log.matches];
  const listeners = new Set<(event: AlertEvent) => void>();
  const waiting = new Set<string>();
  let running: Promise<void> | undefined;
  let isClosed = false;

  const note = (videoIds: Iterable<string>) => {
    if (alerts.length === 0 || isClosed) return;
    for (const videoId of videoIds) waiting.add(videoId);
    running ??= compareWaiting().finally(() => {
      running = undefined;
    });
  };
  const compareWaiting = async () => {
    const { isDue, yieldNow } = createYielder();
    for (const videoId of waiting) {
      if (isDue()) await yieldNow();
      if (isClosed) return;
      waiting.delete(videoId);
      for (const copy of catalogue.copiesOf(videoId)) {
        try {
          await compareCopy(copy);
        } catch (error) {
          deps.log.error('alerts', { uri: copy.uri, error: String(error) });
        }
      }
    }
  };
  const compareCopy = async (copy: VideoFile) => {
    const newRows = findNewRows(catalogue.video(copy.videoId), copy, marks);
    if (copy.forgotten || newRows.length === 0) return;
    const rows = (await deps.store.descriptions(copy.videoId, copy.uri)).filter((row) =>
      newRows.some(
        ({ stage, isOfPath, isKnown }) => !isKnown && stage === row.stage && isOfPath === (row.uri !== ''),
      ),
    );
    const lines = rows.flatMap((row) => row.lines);
    const found = alerts.map((alert) => ({
      alert,
      matches: findNewMatches(deps, alert, copy, lines, matches),
    }));
    const newMarks = newRows.flatMap((each) => each.marks);
    const newMatches = found.flatMap((each) => each.matches);
    // Stored first: a crash may cost a notification, which the list of alerts still shows, and repeats none.
    await alertBook.append({ marks: newMarks, matches: newMatches });
    for (const mark of newMarks) marks.add(mark);
    matches.push(...newMatches);
    for (const each of found) if (each.matches.length > 0) notify(each.alert, copy, each.matches);
  };
  const notify = (alert: Alert, copy: VideoFile, ofVideo: readonly AlertMatch[]) => {
    const event: AlertEvent = {
      alert: { id: alert.id, query: alert.query },
      uri: copy.uri,
      path: copy.path,
      count: ofVideo.length,
      matches: ofVideo.slice(0, MAX_SHOWN_MATCHES).map((match) => toMatchItem(match, copy)),
    };
    for (const listener of listeners) listener(event);
    void deps.alertDelivery.deliver(alert, event).then((problems) => {
      for (const message of problems) deps.log.warn('alerts', { message });
    });
  };
  const list = (): AlertsResult => ({
    alerts: alerts.map((alert) => toAlertItem(alert, matches, catalogue)),
  });
  const save = async (changed: readonly Alert[]) => {
    await alertBook.save(changed);
    alerts = changed;
    return list();
  };
  catalogue.onCommit(note);
  return {
    alerts: list,
    async addAlert({ query, desktop = true, webhook }) {
      const alert = { id: nextId(alerts), query: query.trim(), createdMs: now(), desktop, webhook };
      checkAlert(alert, alerts);
      // What is indexed already is not new.
      const known = [...catalogue.copies()]
        .flatMap((copy) => findNewRows(catalogue.video(copy.videoId), copy, marks))
        .flatMap((rows) => rows.marks);
      if (alerts.length === 0) for (const mark of known) marks.add(mark);
      if (alerts.length === 0) await alertBook.append({ marks: known, matches: [] });
      return save([...alerts, alert]);
    },
    removeAlert(id) {
      if (alerts.every((alert) => alert.id !== id))
        throw new RequestError('notFound', `There is no alert ${id}.`, 'List them with "goldfish alerts".');
      return save(alerts.filter((alert) => alert.id !== id));
    },
    onAlert(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    catchUp: () => note([...catalogue.videos()].map(({ videoId }) => videoId)),
    async closeAlerts() {
      isClosed = true;
      await running;
    },
  };
}

/** Returns what in new lines matches an alert and is not a moment that was reported before. */
function findNewMatches(
  { catalogue, now }: AlertDeps,
  alert: Alert,
  copy: VideoFile,
  lines: Parameters<typeof findAlertMatches>[1],
  reported: readonly AlertMatch[],
): readonly AlertMatch[] {
  const query = parseQuery(alert.query);
  if (!createScopeFilter(catalogue, {}, query).has(copy.uri)) return [];
  const known = reported.filter(({ alertId, videoId }) => alertId === alert.id && videoId === copy.videoId);
  const found: AlertMatch[] = [];
  for (const { startMs, endMs, kind, text, speaker } of findAlertMatches(query, lines)) {
    if ([...known, ...found].some((match) => Math.abs(match.startMs - startMs) < SAME_MOMENT_MS)) continue;
    found.push({
      ...{ alertId: alert.id, videoId: copy.videoId, startMs, endMs, kind, text, matchedMs: now() },
      ...(speaker && { speaker }),
    });
  }
  return found;
}

function toMatchItem(
  { alertId: _, videoId: __, matchedMs, ...match }: AlertMatch,
  copy: VideoFile,
): AlertMatchItem {
  return {
    ...match,
    uri: copy.uri,
    path: copy.path,
    link: formatMediaLink(copy.uri, match),
    matched: new Date(matchedMs).toISOString(),
  };
}

function toAlertItem(
  { id, query, createdMs, desktop, webhook }: Alert,
  matches: readonly AlertMatch[],
  catalogue: Pick<VideoCatalogue, 'copiesOf'>,
): AlertItem {
  const ofAlert = matches.filter(({ alertId }) => alertId === id);
  const shown = ofAlert.slice(-MAX_SHOWN_MATCHES).reverse();
  return {
    ...{ id, query, created: new Date(createdMs).toISOString(), desktop, webhook, count: ofAlert.length },
    matches: shown.flatMap((match) => {
      const [copy] = catalogue.copiesOf(match.videoId);
      return copy === undefined ? [] : [toMatchItem(match, copy)];
    }),
  };
}

/** Returns a short number that no alert has. */
function nextId(alerts: readonly Alert[]): string {
  return String(Math.max(0, ...alerts.map(({ id }) => Number(id))) + 1);
}

/** Rejects an alert that could never match, exists already, or would send what is said to another machine. */
function checkAlert({ query, webhook }: Alert, alerts: readonly Alert[]): void {
  if (parseQuery(query).text.trim() === '')
    throw new RequestError('invalid', 'The alert has no words to look for.', 'Enter a few words.');
  if (alerts.some((other) => other.query === query))
    throw new RequestError('invalid', `There is an alert for "${query}" already.`, 'Remove it first.');
  if (alerts.length >= MAX_ALERTS)
    throw new RequestError('invalid', `There are ${MAX_ALERTS} alerts already.`, 'Remove one first.');
  if (webhook !== undefined && !isLoopbackAddress(webhook))
    throw new RequestError(
      'invalid',
      `${webhook} is not an address on this machine.`,
      'Use one that begins with http://127.0.0.1, http://[::1] or http://localhost.',
    );
}

/** Returns whether an address leads to this machine whatever a name server says. */
function isLoopbackAddress(address: string): boolean {
  const url = URL.parse(address);
  if (url === null || url.protocol !== 'http:' || url.username !== '' || url.password !== '') return false;
  return (
    url.hostname === 'localhost' || url.hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(url.hostname)
  );
}
