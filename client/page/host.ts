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
  /** Lets the user choose a folder and adds it. Absent if the page must ask for a path itself. */
  readonly pickFolder?: () => void;
  /** Restarts the daemon and reloads the page. Absent if the page can only wait for the daemon. */
  readonly restart?: () => void;
  /** Opens a video in the system's player. Absent if the page cannot. */
  readonly openOutside?: (uri: string, startMs: number) => void;
  /** Stores the user's data across reloads, only on this machine. */
  readonly memory: {
    load(): unknown;
    save(value: unknown): void;
  };
  /** Reports what to show, as in the page's address after `#`. Calls the listener now and on each change. */
  onShow(listener: (fragment: URLSearchParams) => void): void;
}

const STORAGE_KEY = 'goldfish.history';

/** Stores data in local storage. If the browser forbids it or it is full, nothing is stored. */
const browserMemory: Host['memory'] = {
  load() {
    try {
      return JSON.parse(localStorage.getItem(STORAGE_KEY) ?? 'null');
    } catch {
      return undefined;
    }
  },
  save(value) {
    try {
      localStorage.setItem(STORAGE_KEY, JSON.stringify(value));
    } catch {
      // Only the history is lost.
    }
  },
};

function browserHost(): Host {
  return {
    connect({ onOpen, onMessage, onClose }) {
      const url = new URL('rpc', location.href);
      url.protocol = 'ws:';
      url.hash = '';
      const socket = new WebSocket(url);
      socket.addEventListener('open', onOpen);
      socket.addEventListener('message', ({ data }) => onMessage(JSON.parse(String(data))));
      socket.addEventListener('close', onClose);
      return { send: (message) => socket.send(JSON.stringify(message)), close: () => socket.close() };
    },
    mediaUrl: (route, query) => `${route}?${new URLSearchParams(query)}`,
    memory: browserMemory,
    onShow(listener) {
      const notify = () => listener(new URLSearchParams(location.hash.slice(1)));
      addEventListener('hashchange', notify);
      notify();
    },
  };
}

interface EditorApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(value: unknown): void;
}

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
    memory: { load: () => editor.getState(), save: (value) => editor.setState(value) },
    restart: () => post({ kind: 'restart' }),
    pickFolder: () => post({ kind: 'pickFolder' }),
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
