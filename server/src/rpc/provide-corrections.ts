import { provide } from './provider.ts';

export const provideCorrectionsList = provide(
  'goldfish/corrections/list',
  async (params, _call, { library }) => library.corrections(params.uri),
);

export const provideCorrectionsLine = provide('goldfish/corrections/line', (params, _call, { library }) =>
  library.correctLine(params),
);

export const provideCorrectionsSpeaker = provide(
  'goldfish/corrections/speaker',
  (params, _call, { library }) => library.nameSpeaker(params),
);

export const provideCorrectionsTag = provide('goldfish/corrections/tag', (params, _call, { library }) =>
  library.tag(params),
);

export const provideCorrectionsRemove = provide('goldfish/corrections/remove', (params, _call, { library }) =>
  library.uncorrect(params),
);
