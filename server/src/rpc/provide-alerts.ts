import { provide } from './provider.ts';

export const provideAlertsList = provide('goldfish/alerts/list', async (_params, _call, { library }) =>
  library.alerts(),
);

export const provideAlertsAdd = provide('goldfish/alerts/add', (params, _call, { library }) =>
  library.addAlert(params),
);

export const provideAlertsRemove = provide('goldfish/alerts/remove', ({ id }, _call, { library }) =>
  library.removeAlert(id),
);
