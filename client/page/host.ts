import { formatAddress } from './address.ts';
import type { FromEditor, ToEditor } from './messages.ts';

/** Carries JSON-RPC messages to the daemon and back. */
export interface Transport {
  send(message: object): void;
  close(): void;
}

export interface TransportEvents {
  onOpen(): void;
  onMessage(message: unknown): void;
  onClose(): void;
}

/** Abstracts where the page is shown: a browser, or a webview of VS Code. */
export interface Host {
  connect(events: TransportEvents): Transport;
  /** Returns the address of a video or still. `route` is `video` or `still`. */
  mediaUrl(route: string, query: Readonly<Record<string, string>>): string;
  /** Returns a link to a second of a video, for the clipboard. */
  linkTo(uri: string, ms: number): string;
  /** Lets the user choose a folder and adds it. Absent if the page must ask for a path itself. */
  readonly pickFolder?: () => void;
  /** Asks for a web address and downloads its video. Absent if the page cannot start a download. */
  readonly addLink?: () => void;
  /** Restarts the daemon and reloads the page. Absent if the page can only wait for the daemon. */
  readonly restart?: () => void;
  /** Opens a video in the system's player. Absent if the page cannot. */
  readonly openOutside?: (uri: string, startMs: number) => void;
  /** Plays a moment beside the editor, where the side bar has no room. Absent elsewhere. */
  readonly playBeside?: (fragment: string) => void;
  /** Stores the user's data across reloads, only on this machine. */
  readonly memory: {
    load(name: MemoryName): unknown;
    save(name: MemoryName, value: unknown): void;
  };
  readonly address: HostAddress;
  /** Reports what another program wants shown: parameters as in the page's address. */
  onShow(listener: (parameters: URLSearchParams) => void): void;
}

export type MemoryName = 'history' | 'letterKeys';

/** The page's address, and what belongs to it: a snapshot that survives a reload. */
export interface HostAddress {
  read(): { readonly parameters: URLSearchParams; readonly snapshot: unknown };
  /** Shows an address. `push` adds an entry to the history, `replace` changes the current one. */
  write(query: string, snapshot: unknown, how: 'push' | 'replace'): void;
  /** Calls the listener after Back or Forward. */
  onMove(listener: () => void): void;
}

/** Stores data in local storage. If the browser forbids it or it is full, nothing is stored. */
const browserMemory: Host['memory'] = {
  load(name) {
    try {
      return JSON.parse(localStorage.getItem(`goldfish.${name}`) ?? 'null');
    } catch {
      return undefined;
    }
  },
  save(name, value) {
    try {
      localStorage.setItem(`goldfish.${name}`, JSON.stringify(value));
    } catch {
      // Only what would be remembered is lost.
    }
  },
};

/** Links of other programs give their parameters after `#`. They become part of the address. */
const fragmentParameters = () => new URLSearchParams(location.hash.slice(1));

const browserAddress: HostAddress = {
  read() {
    const isLink = location.hash.length > 1;
    return {
      parameters: isLink ? fragmentParameters() : new URLSearchParams(location.search),
      snapshot: isLink ? undefined : history.state,
    };
  },
  write(query, snapshot, how) {
    const url = `${location.pathname}${query}`;
    const save = (state: unknown) =>
      how === 'push' ? history.pushState(state, '', url) : history.replaceState(state, '', url);
    try {
      save(snapshot);
    } catch {
      // Too large for the browser: a reload asks again.
      save(null);
    }
  },
  onMove(listener) {
    addEventListener('popstate', () => location.hash.length > 1 || listener());
  },
};

function browserHost(): Host {
  return {
    connect({ onOpen, onMessage, onClose }) {
      const url = new URL('rpc', location.href);
      url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
      url.search = '';
      url.hash = '';
      const socket = new WebSocket(url);
      socket.addEventListener('open', onOpen);
      socket.addEventListener('message', ({ data }) => onMessage(JSON.parse(String(data))));
      socket.addEventListener('close', onClose);
      return { send: (message) => socket.send(JSON.stringify(message)), close: () => socket.close() };
    },
    mediaUrl: (route, query) => `${route}?${new URLSearchParams(query)}`,
    linkTo: (uri, ms) =>
      `${location.origin}${location.pathname}${formatAddress({ view: 'ask', video: { uri, startMs: ms } })}`,
    memory: browserMemory,
    address: browserAddress,
    onShow(listener) {
      addEventListener('hashchange', () => location.hash.length > 1 && listener(fragmentParameters()));
    },
  };
}

interface EditorApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(value: unknown): void;
}

/** What the editor keeps for a webview, by name. */
function readEditorState(editor: EditorApi): Readonly<Record<string, unknown>> {
  const state = editor.getState();
  return typeof state === 'object' && state !== null && !Array.isArray(state) ? { ...state } : {};
}

const editorMemory = (editor: EditorApi): Host['memory'] => ({
  load: (name) => readEditorState(editor)[name],
  save: (name, value) => editor.setState({ ...readEditorState(editor), [name]: value }),
});

/** A webview has no address: the editor keeps it. It has no Back either. */
const editorAddress = (editor: EditorApi): HostAddress => ({
  read() {
    const { query, snapshot } = readEditorState(editor);
    return { parameters: new URLSearchParams(typeof query === 'string' ? query : ''), snapshot };
  },
  write: (query, snapshot) => editor.setState({ ...readEditorState(editor), query, snapshot }),
  onMove: () => undefined,
});

function editorHost(editor: EditorApi): Host {
  const post = (message: ToEditor) => editor.postMessage(message);
  let mediaAddress = '';
  let events: TransportEvents | undefined;
  let showFragment: (fragment: URLSearchParams) => void = () => undefined;
  addEventListener('message', ({ data }: MessageEvent<FromEditor>) => {
    if (data.kind === 'rpc') events?.onMessage(data.message);
    else if (data.kind === 'gone') events?.onClose();
    else if (data.kind === 'show') showFragment(new URLSearchParams(data.fragment));
    else if (data.kind === 'open') {
      mediaAddress = data.media;
      events?.onOpen();
    }
  });
  return {
    connect(transportEvents) {
      events = transportEvents;
      post({ kind: 'connect' });
      return { send: (message) => post({ kind: 'rpc', message }), close: () => undefined };
    },
    mediaUrl: (route, query) => `${mediaAddress}${route}?${new URLSearchParams(query)}`,
    linkTo: (uri, ms) => `${uri}#t=${(ms / 1000).toFixed(1)}`,
    memory: editorMemory(editor),
    address: editorAddress(editor),
    ...(document.body.dataset.place === 'side' && {
      playBeside: (fragment: string) => post({ kind: 'playBeside', fragment }),
    }),
    restart: () => post({ kind: 'restart' }),
    pickFolder: () => post({ kind: 'pickFolder' }),
    addLink: () => post({ kind: 'addLink' }),
    openOutside: (uri, startMs) => post({ kind: 'openOutside', uri, startMs }),
    onShow(listener) {
      showFragment = listener;
    },
  };
}

export function findHost(): Host {
  const acquireEditorApi = (globalThis as { acquireVsCodeApi?: () => EditorApi }).acquireVsCodeApi;
  return acquireEditorApi === undefined ? browserHost() : editorHost(acquireEditorApi());
}
