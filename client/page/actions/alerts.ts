import type { AlertEvent } from '../../../server/protocol/alerts.ts';
import { fileNameOfUri } from '../text.ts';
import { createRunAction } from './folders.ts';
import type { Session } from './session.ts';

/** Creates the actions of alerts, the saved searches that notify. */
export function createAlertActions(session: Session) {
  const { store, request } = session;
  const runAction = createRunAction(session);
  const read = () => runAction(async () => store.set(await request('goldfish/alerts/list', {})));
  return {
    open() {
      store.set({ dialog: { kind: 'alerts' }, hasNewMatches: false, notice: undefined });
      void read();
    },
    add: (query: string) =>
      runAction(
        async () => store.set(await request('goldfish/alerts/add', { query })),
        'The alert was saved.',
      ),
    remove: (id: string) =>
      runAction(
        async () => store.set(await request('goldfish/alerts/remove', { id })),
        'The alert was removed.',
      ),
    /** Tells of new matches of an alert. */
    onMatch({ alert, uri, count }: AlertEvent) {
      const isOpen = store.get().dialog?.kind === 'alerts';
      const what = count === 1 ? '1 new match' : `${count} new matches`;
      store.set({
        hasNewMatches: !isOpen,
        announcement: `${what} for “${alert.query}” in ${fileNameOfUri(uri)}.`,
      });
      if (isOpen) void read();
    },
  };
}

export type AlertActions = ReturnType<typeof createAlertActions>;
