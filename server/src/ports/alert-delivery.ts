import type { Alert, AlertEvent } from '../core/domain/alert.ts';

/** Tells people and programs outside of the protocol that an alert matched. */
export interface AlertDelivery {
  /** Shows a desktop notification and calls the webhook, as the alert wants. Resolves with what failed, one sentence each. */
  deliver(alert: Alert, event: AlertEvent): Promise<readonly string[]>;
}
