import { html, svg, type TemplateResult } from 'lit';

/** One set of icons on a 16 px grid: 1.5 px strokes with round ends, in the colour of the text. */
const SHAPES = {
  ask: svg`<path d="M2.5 4.5a2 2 0 0 1 2-2h7a2 2 0 0 1 2 2v5a2 2 0 0 1-2 2H7l-3 2.500v-2.500a1.5 1.5 0 0 1-1.500-1.500z"/>`,
  library: svg`<rect x="2.5" y="2.5" width="4.5" height="4.5" rx="1"/><rect x="9" y="2.5" width="4.5" height="4.5" rx="1"/><rect x="2.5" y="9" width="4.5" height="4.5" rx="1"/><rect x="9" y="9" width="4.5" height="4.5" rx="1"/>`,
  said: svg`<path d="M3 6.500v3M5.5 4.500v7M8 2.800v10.400M10.5 5v6M13 6.500v3"/>`,
  screen: svg`<rect x="2" y="3" width="12" height="10" rx="1.5"/><path d="M5.5 6h5M8 6v4.500"/>`,
  seen: svg`<path d="M1.8 8S4.2 3.7 8 3.7 14.2 8 14.2 8 11.8 12.3 8 12.3 1.8 8 1.8 8z"/><circle cx="8" cy="8" r="1.9"/>`,
  tagged: svg`<path d="M2.500 3.500a1 1 0 0 1 1-1h4.300l5.700 5.700a1 1 0 0 1 0 1.400l-3.900 3.900a1 1 0 0 1-1.400 0L2.500 7.800z"/><path d="M5.400 5.400h.010" stroke-width="2"/>`,
  found: svg`<path d="M8 2.800 13.200 8 8 13.200 2.800 8z"/>`,
  named: svg`<path d="M3 4h10M3 8h10M3 12h6"/>`,
  more: svg`<path d="M3.500 8h.010M8 8h.010M12.500 8h.010" stroke-width="2.2"/>`,
  down: svg`<path d="M3.500 6.200 8 10.500l4.500-4.300"/>`,
  right: svg`<path d="M6.200 3.500 10.500 8l-4.300 4.500"/>`,
  left: svg`<path d="M9.800 3.500 5.500 8l4.300 4.500"/>`,
  up: svg`<path d="M3.500 9.800 8 5.500l4.500 4.300"/>`,
  clock: svg`<circle cx="8" cy="8" r="5.7"/><path d="M8 4.800V8l2.200 1.600"/>`,
  check: svg`<path d="m3 8.400 3.300 3.300L13 4.800"/>`,
  close: svg`<path d="m3.800 3.800 8.400 8.400M12.200 3.800l-8.400 8.400"/>`,
  models: svg`<path d="M8 1.900 13.500 5v6L8 14.100 2.500 11V5z"/><path d="M2.700 5.100 8 8.100l5.300-3M8 8.100v5.800"/>`,
  search: svg`<circle cx="7" cy="7" r="4.2"/><path d="m10.200 10.200 3.300 3.300"/>`,
  keys: svg`<rect x="1.8" y="4" width="12.4" height="8" rx="1.5"/><path d="M4.500 6.700h.010M7 6.700h.010M9.500 6.700h.010M12 6.700h-.300M5.500 9.500h5"/>`,
  speech: svg`<rect x="6" y="2" width="4" height="7.5" rx="2"/><path d="M3.500 8a4.500 4.500 0 0 0 9 0M8 12.500V14"/>`,
  date: svg`<rect x="2.5" y="3.5" width="11" height="10" rx="1.5"/><path d="M2.500 6.800h11M5.500 2v2.500M10.500 2v2.500"/>`,
  send: svg`<path d="M8 13V3.500M4 7.300l4-4 4 4"/>`,
  stop: svg`<rect x="4.5" y="4.5" width="7" height="7" rx="1.2"/>`,
  pause: svg`<path d="M5.500 3.500v9M10.500 3.500v9"/>`,
  play: svg`<path d="M5 3.200v9.600L12.800 8z"/>`,
  copy: svg`<rect x="5.5" y="5.5" width="8" height="8" rx="1.5"/><path d="M10.500 5.500v-2a1 1 0 0 0-1-1h-6a1 1 0 0 0-1 1v6a1 1 0 0 0 1 1h2"/>`,
  sort: svg`<path d="M5 3v10M2.500 10.500 5 13l2.500-2.500M9 4h5M9 8h3.500M9 12h2"/>`,
  subtitles: svg`<rect x="1.8" y="3.5" width="12.4" height="9" rx="1.8"/><path d="M6.800 7a1.500 1.500 0 1 0 0 2M11.300 7a1.500 1.500 0 1 0 0 2"/>`,
  add: svg`<path d="M8 3v10M3 8h10"/>`,
  warning: svg`<path d="M8 2.500 14.300 13.300H1.700z"/><path d="M8 6.500v3M8 11.400h.010"/>`,
  export: svg`<path d="M8 10V2.700M5 5.500l3-3 3 3M2.800 9.500v3a1 1 0 0 0 1 1h8.400a1 1 0 0 0 1-1v-3"/>`,
  fetch: svg`<path d="M8 2.500v7.300M4.800 6.800 8 10l3.200-3.200M2.800 13.300h10.400"/>`,
  back5: svg`<path d="M3 8a5 5 0 1 0 2.500-4.300"/><path d="M7.400 1.800 5 3.600 7 5.900"/>`,
  forward5: svg`<path d="M13 8A5 5 0 1 1 10.500 3.700"/><path d="M8.600 1.800 11 3.600 9 5.900"/>`,
  fullScreen: svg`<path d="M2.500 6V2.500H6M10 2.500h3.500V6M13.500 10v3.500H10M6 13.500H2.500V10"/>`,
  pictureInPicture: svg`<rect x="1.8" y="3" width="12.4" height="10" rx="1.5"/><path d="M8.500 8.500h3.700v2.700H8.500z"/>`,
  sound: svg`<path d="M2.500 6.200v3.600H5l3.200 2.700v-9L5 6.200z"/><path d="M10.800 5.800a3.200 3.200 0 0 1 0 4.400M12.600 4a5.700 5.700 0 0 1 0 8"/>`,
  muted: svg`<path d="M2.500 6.200v3.600H5l3.200 2.700v-9L5 6.200z"/><path d="m10.800 6.200 3.400 3.600M14.200 6.200l-3.400 3.600"/>`,
  edit: svg`<path d="m10.800 2.800 2.400 2.400-7.600 7.600-3 .600.600-3z"/>`,
  folder: svg`<path d="M2 4.500A1.500 1.500 0 0 1 3.500 3h2.700l1.600 1.800h4.700A1.500 1.500 0 0 1 14 6.300v5.200a1.500 1.500 0 0 1-1.500 1.500h-9A1.500 1.500 0 0 1 2 11.500z"/>`,
  unplugged: svg`<path d="M5.500 2v3M10.500 2v3M4 5h8v2.500a4 4 0 0 1-8 0zM8 11.500V14M2 2l12 12"/>`,
  outside: svg`<path d="M9 2.500h4.500V7M13.500 2.500 7.500 8.500M11.500 9.500v3a1 1 0 0 1-1 1h-7a1 1 0 0 1-1-1v-7a1 1 0 0 1 1-1h3"/>`,
  link: svg`<path d="M6.700 9.300a2.700 2.700 0 0 0 3.900 0l2-2a2.700 2.700 0 0 0-3.900-3.900l-.800.800M9.300 6.700a2.700 2.700 0 0 0-3.900 0l-2 2a2.700 2.700 0 0 0 3.900 3.900l.800-.800"/>`,
  again: svg`<path d="M13 5.500A5.500 5.500 0 1 0 13.500 9"/><path d="M13.300 2.500v3.200h-3.200"/>`,
  remove: svg`<path d="M2.800 4.300h10.400M6 4V2.800h4V4M4 4.500l.600 8.700h6.800l.600-8.700"/>`,
  home: svg`<path d="M2.500 7.500 8 3l5.500 4.500v5a1 1 0 0 1-1 1h-9a1 1 0 0 1-1-1z"/>`,
  person: svg`<circle cx="8" cy="5.5" r="2.6"/><path d="M3 13.500a5 5 0 0 1 10 0"/>`,
  picture: svg`<rect x="2" y="2.5" width="12" height="11" rx="1.5"/><circle cx="5.6" cy="6" r="1.2"/><path d="m2.500 12 3.800-3.600 2.500 2.300 2.300-2.200 2.700 2.600"/>`,
  pictures: svg`<rect x="2.5" y="5.5" width="8" height="8" rx="1.5"/><path d="M5.500 5.500v-2a1 1 0 0 1 1-1h6a1 1 0 0 1 1 1v6a1 1 0 0 1-1 1h-2"/>`,
  ranking: svg`<path d="M3 12.500v-3M6.500 12.500v-6M10 12.500v-9M13.500 12.500v-4"/>`,
  drive: svg`<rect x="2" y="8.5" width="12" height="4.5" rx="1.2"/><path d="m3 8.500 1.800-5h6.400l1.800 5M11.500 10.800h.010"/>`,
  bell: svg`<path d="M4 11.300V7a4 4 0 0 1 8 0v4.300l1.200 1.200H2.800zM6.700 14h2.600"/>`,
  film: svg`<rect x="2" y="3" width="12" height="10" rx="1.5"/><path d="M5 3v10M11 3v10M2 6.300h3M2 9.700h3M11 6.300h3M11 9.700h3"/>`,
  info: svg`<circle cx="8" cy="8" r="5.8"/><path d="M8 7.300v3.500M8 5.200h.010"/>`,
} as const;

export type IconName = keyof typeof SHAPES;

/** Renders an icon. Its control or the words beside it carry the name. */
export const icon = (name: IconName, className = ''): TemplateResult =>
  html`<svg class="i ${className}" viewBox="0 0 16 16" aria-hidden="true">${SHAPES[name]}</svg>`;

/** Renders the goldfish of the name in the top bar. */
export const fish = (): TemplateResult =>
  html`<svg viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.8" stroke-linejoin="round" stroke-linecap="round" aria-hidden="true"><path d="M2.500 12c2.600-4.300 6-6 9.200-6 3 0 5.300 1.800 6.500 4L21.500 7v10l-3.300-3c-1.200 2.200-3.500 4-6.500 4-3.200 0-6.600-1.700-9.200-6z"/><circle cx="7.6" cy="11" r=".9" fill="currentColor" stroke="none"/><path d="M12.500 9.500c.900 1.600.900 3.400 0 5"/></svg>`;

/** Renders the waveform that stands for the picture of a file without pictures. */
export const waveform = (): TemplateResult =>
  html`<svg class="wave" viewBox="0 0 64 24" aria-hidden="true"><path d="M4 11v2M10 8v8M16 4v16M22 9v6M28 6v12M34 2v20M40 8v8M46 5v14M52 9v6M58 11v2"/></svg>`;
