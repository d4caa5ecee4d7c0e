// needs: yt-dlp
// needs: ffmpeg
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename, dirname, join } from 'node:path';
import test from 'node:test';
import { downloadVideos } from '../../server/src/adapters/yt-dlp/download.ts';
import { agentOf, callTool } from '../support/agent.ts';
import { goldfish, sandbox, startDaemon } from '../support/daemon.ts';
import { type Canvas, fill, makeMedia } from '../support/make-media.ts';
import { PUBLIC_ORIGIN, startPublicWeb } from '../support/public-web.ts';

const subtitles =
  'WEBVTT\n\n00:01.000 --> 00:04.000\nThe lighthouse keeper counts nine ships every evening.\n\n00:05.000 --> 00:07.000\nThen the fog horn sounds.\n';

/** A page with an HTML5 player and a subtitle track. */
const playerPage = (
  origin: string,
  title = 'A night at the lighthouse',
) => `<!doctype html><html><head><title>${title}</title></head>
<body><video controls><source src="${origin}/talk.mp4" type="video/mp4">
<track kind="subtitles" srclang="en" label="English" src="${origin}/talk.vtt"></video></body></html>`;

/** A page that describes its video in the words of schema.org. */
function describedPage(origin: string): string {
  const description = {
    '@context': 'https://schema.org',
    '@type': 'VideoObject',
    name: 'A day at the harbour',
    uploadDate: '2021-09-14T08:00:00Z',
    duration: 'PT8S',
    contentUrl: `${origin}/harbour.mp4`,
    description: 'A made-up talk.',
    hasPart: [
      { '@type': 'Clip', name: 'Ships', startOffset: 0, endOffset: 5, url: `${origin}/harbour?t=0` },
      { '@type': 'Clip', name: 'Fog', startOffset: 5, endOffset: 8, url: `${origin}/harbour?t=5` },
    ],
  };
  return `<!doctype html><html><head><title>A day at the harbour</title>
<script type="application/ld+json">${JSON.stringify(description)}</script></head><body></body></html>`;
}

/** A podcast's feed. The second of its three items is missing on the server. */
function feed(origin: string): string {
  const item = (title: string, file: string, day: string) =>
    `<item><title>${title}</title><guid>${file}</guid><pubDate>${new Date(day).toUTCString()}</pubDate>
<link>${origin}/${file}</link><enclosure url="${origin}/${file}" type="video/mp4" length="1"/></item>`;
  return `<?xml version="1.0"?><rss version="2.0"><channel><title>Harbour radio</title><link>${origin}</link>
${item('Third evening', 'third.mp4', '2026-03-03')}${item('Second evening', 'gone.mp4', '2026-02-02')}${item('First evening', 'first.mp4', '2026-01-01')}
</channel></rss>`;
}

const drawBlue = (canvas: Canvas) => fill(canvas, [20, 40, 120]);

/** A page with two players. */
const pageOfTwo = (origin: string) =>
  `<!doctype html><html><head><title>Two evenings</title></head><body>${['first', 'third']
    .map((name) => `<video controls><source src="${origin}/${name}.mp4" type="video/mp4"></video>`)
    .join('')}</body></html>`;

async function serveSite(t: test.TestContext, folder: string) {
  const media = join(folder, 'talk.mp4');
  await makeMedia(media, { seconds: 8, video: { width: 64, height: 48, fps: 5, draw: drawBlue } });
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    const { port } = server.address() as AddressInfo;
    const url = new URL(request.url ?? '', `http://127.0.0.1:${port}`);
    const target = url.searchParams.get('to');
    if (url.pathname === '/redirect' && target !== null) {
      response.writeHead(302, { location: target }).end();
      return;
    }
    const files: Readonly<Record<string, readonly [string, string | Buffer]>> = {
      '/talk': ['text/html', playerPage(`http://127.0.0.1:${port}`)],
      '/leading': ['text/html', playerPage(target ?? '')],
      [url.pathname.startsWith('/titled/') ? url.pathname : '']: [
        'text/html',
        playerPage(url.origin, url.searchParams.get('title') ?? ''),
      ],
      '/two': ['text/html', pageOfTwo(url.origin)],
      '/harbour': ['text/html', describedPage(`http://127.0.0.1:${port}`)],
      '/talk.mp4': ['video/mp4', readFileSync(media)],
      '/harbour.mp4': ['video/mp4', readFileSync(media)],
      '/feed.rss': ['application/rss+xml', feed(url.origin)],
      '/third.mp4': ['video/mp4', readFileSync(media)],
      '/first.mp4': ['video/mp4', readFileSync(media)],
      '/talk.vtt': ['text/vtt', subtitles],
    };
    const [type, body] = files[url.pathname] ?? ['', ''];
    response.writeHead(type === '' ? 404 : 200, {
      'content-type': type,
      'content-length': Buffer.byteLength(body),
    });
    response.end(request.method === 'HEAD' ? undefined : body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { origin, page: `${origin}/talk`, described: `${origin}/harbour`, requests };
}

/** What `goldfish add` passes for the download of an address, except that 127.0.0.1 counts as public. */
const downloadOptions = (address: string, folder: string) => ({
  url: new URL(address),
  folder,
  archiveFile: join(dirname(folder), 'downloaded.txt'),
  isAllowed: (ip: string) => ip === '127.0.0.1',
  env: process.env,
  signal: new AbortController().signal,
  onProgress: () => undefined,
});

const onLinux =
  process.platform === 'linux' ? {} : { skip: '127.0.0.2 is an address of this machine only on Linux' };

test(
  'given a public page that redirects or points into the private network, when it is added, then nothing is fetched from there',
  onLinux,
  async (t) => {
    const box = sandbox();
    const { origin } = await serveSite(t, box.folder);
    const requests: string[] = [];
    const inner = createServer(({ url = '' }, response) => {
      requests.push(url);
      response.writeHead(200, { 'content-type': 'video/mp4' }).end();
    });
    await new Promise<void>((resolve) => inner.listen(0, '127.0.0.2', resolve));
    t.after(() => inner.close());
    const innerOrigin = `http://127.0.0.2:${(inner.address() as AddressInfo).port}`;
    const folder = join(box.folder, 'talks');
    mkdirSync(folder);
    for (const path of [`/redirect?to=${innerOrigin}/talk.mp4`, `/leading?to=${innerOrigin}`])
      await assert.rejects(
        downloadVideos(downloadOptions(`${origin}${path}`, folder)),
        /^DownloadError: 127\.0\.0\.2 is on this machine or its local network .*nothing was fetched from it/,
        path,
      );
    assert.deepEqual(requests, []);
    assert.deepEqual(readdirSync(folder), []);
  },
);

test('given titles that look like options, paths or variables, when they are added, then each file lies in the folder', async (t) => {
  const box = sandbox();
  const { origin } = await serveSite(t, box.folder);
  // yt-dlp replaces variables in the folders that it is given.
  const folder = join(box.folder, 'talks $HOME ~ 100%');
  mkdirSync(folder);
  const titles = [
    '-rf',
    '--exec=id',
    '../../outside',
    '/etc/passwd',
    'a/b\\c',
    '.hidden',
    '$HOME',
    '%(id)s',
    'two\nrows',
    '...',
  ];
  for (const [index, title] of titles.entries()) {
    const address = `${origin}/titled/${index}?title=${encodeURIComponent(title)}`;
    const { files } = await downloadVideos(downloadOptions(address, folder));
    assert.equal(files.length, 1, title);
    const [file = ''] = files;
    assert.equal(dirname(file), folder, title);
    assert.ok(existsSync(file), file);
    assert.doesNotMatch(basename(file), /^[-.]/, title);
  }
  assert.deepEqual(
    readdirSync(box.folder).sort(),
    ['downloaded.txt', basename(folder), 'run', 'talk.mp4'].sort(),
  );
});

test('given a page with a video, when it is added, then it is in the folder with its subtitles and answers questions', async (t) => {
  const box = sandbox();
  t.after(() => goldfish(box, 'stop'));
  const { page } = await serveSite(t, box.folder);
  const folder = join(box.folder, 'talks');

  const added = await goldfish(box, 'add', page, '--folder', folder, '--allow-private');
  assert.equal(added.code, 0, added.stderr);
  assert.match(added.stdout, /^Saved .*A night at the lighthouse.*\.mp4\.$/m);
  assert.match(added.stdout, /Indexed 1 video, 1 clip\./);
  assert.deepEqual(
    readdirSync(folder)
      .map((file) => file.replace(/^A night at the lighthouse.*\](?=\.)/, 'TITLE'))
      .sort(),
    ['TITLE.en.vtt', 'TITLE.mp4'],
  );

  const asked = await goldfish(box, 'ask', 'How many ships does the lighthouse keeper count?', '--json');
  const { answer, citations } = JSON.parse(asked.stdout);
  assert.match(answer, /nine ships/);
  assert.match(citations[0].link, /#t=1,4$/);
  const again = await goldfish(box, 'add', page, '--folder', folder, '--allow-private');
  assert.equal(again.code, 0, again.stderr);
  assert.match(again.stdout, /Nothing new at/);
});

test('given a page that names chapters and a date, when its video is added, then the video has them', async (t) => {
  const box = sandbox();
  t.after(() => goldfish(box, 'stop'));
  const { described } = await serveSite(t, box.folder);
  const folder = join(box.folder, 'talks');
  const added = await goldfish(box, 'add', described, '--folder', folder, '--allow-private', '--json');
  assert.equal(added.code, 0, added.stderr);
  const { files } = JSON.parse(added.stdout);
  assert.equal(files.length, 1);
  const shown = JSON.parse((await goldfish(box, 'show', files[0].path, '--json')).stdout);
  assert.deepEqual(
    shown.chapters.map(({ title, startMs }: { title: string; startMs: number }) => [title, startMs]),
    [
      ['Ships', 0],
      ['Fog', 5000],
    ],
  );
  assert.match(shown.recorded, /^2021-09-14/);
  assert.equal(shown.pageUrl, described);
  const found = JSON.parse((await goldfish(box, 'search', 'harbour', '--json')).stdout);
  assert.equal(found.hits[0].pageLink, `${described}?t=0`);
});

test('given a feed, when it is added, then new items are saved, a failure does not stop the others, and nothing comes twice', async (t) => {
  const box = sandbox();
  t.after(() => goldfish(box, 'stop'));
  const { origin } = await serveSite(t, box.folder);
  const folder = join(box.folder, 'radio');
  const add = (...rest: string[]) =>
    goldfish(box, 'add', `${origin}/feed.rss`, '--folder', folder, '--allow-private', ...rest);
  const saved = () =>
    readdirSync(folder)
      .map((file) => file.replace(/ \[.*/, ''))
      .sort();

  const newest = await add('--limit', '1');
  assert.equal(newest.code, 0, newest.stderr);
  assert.deepEqual(saved(), ['Third evening']);
  assert.match(newest.stdout, /The list has 3 videos; the first 1 were looked at\. --limit -1 fetches all\./);

  const all = await add('--limit', '-1');
  assert.equal(all.code, 1, all.stderr);
  assert.match(all.stdout, /^Not downloaded: .*404/m);
  assert.match(all.stdout, /^Saved .*First evening.*\.mp4\.$/m);
  assert.deepEqual(saved(), ['First evening', 'Third evening']);
  assert.doesNotMatch(all.stdout, /Third evening/);

  const again = JSON.parse((await add('--limit', '1', '--json')).stdout);
  assert.deepEqual([again.files, again.problems], [[], []]);
});

test('given settings for downloads, when a video is added, then they choose the folder and the name', async (t) => {
  const box = sandbox();
  t.after(() => goldfish(box, 'stop'));
  const { described } = await serveSite(t, box.folder);
  const folder = join(box.folder, 'set');
  for (const setting of [
    ['add.folder', folder],
    ['add.names', 'date'],
  ] as const)
    assert.equal((await goldfish(box, 'settings', 'set', ...setting)).code, 0);
  const added = await goldfish(box, 'add', described, '--allow-private');
  assert.equal(added.code, 0, added.stderr);
  assert.match(readdirSync(folder)[0] ?? '', /^2021-09-14 A day at the harbour/);
  const { folders } = JSON.parse((await goldfish(box, 'folders', 'list', '--json')).stdout);
  assert.deepEqual(
    folders.map(({ path }: { path: string }) => path),
    [folder],
  );
});

test('given a page with two videos and the address of a file, when they are added, then all three are in the folder', async (t) => {
  const box = sandbox();
  t.after(() => goldfish(box, 'stop'));
  const { origin } = await serveSite(t, box.folder);
  const folder = join(box.folder, 'videos');
  const add = async (path: string) => {
    const { code, stderr } = await goldfish(box, 'add', origin + path, '--folder', folder, '--allow-private');
    assert.equal(code, 0, stderr);
    return readdirSync(folder).sort();
  };
  assert.deepEqual(await add('/harbour.mp4'), ['harbour [harbour].mp4']);
  const names = await add('/two');
  assert.equal(names.filter((name) => name.startsWith('Two evenings')).length, 2, names.join());
});

test('given a server that breaks off, when a video is added twice, then the second download goes on where the first ended', async (t) => {
  const box = sandbox();
  t.after(() => goldfish(box, 'stop'));
  const media = join(box.folder, 'source.mp4');
  await makeMedia(media, { seconds: 8, video: { width: 64, height: 48, fps: 5, draw: drawBlue } });
  const bytes = readFileSync(media);
  const half = Math.floor(bytes.length / 2);
  const starts: number[] = [];
  let isBroken = true;
  const server = createServer(({ method, headers }, response) => {
    const from = Number(/bytes=(\d+)-/.exec(headers.range ?? '')?.[1] ?? 0);
    response.writeHead(headers.range === undefined ? 200 : 206, {
      'content-type': 'video/mp4',
      'accept-ranges': 'bytes',
      'content-length': bytes.length - from,
      'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}`,
    });
    if (method === 'HEAD') return void response.end();
    starts.push(from);
    if (!isBroken) return void response.end(bytes.subarray(from));
    response.write(bytes.subarray(from, half));
    setImmediate(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close().closeAllConnections());
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/talk.mp4`;
  const folder = join(box.folder, 'videos');
  const add = () => goldfish(box, 'add', address, '--folder', folder, '--allow-private');
  const broken = await add();
  assert.equal(broken.code, 1, broken.stderr);
  assert.match(broken.stderr, /could not be downloaded[\s\S]*is resumed/);
  assert.ok(starts.length > 2, `${starts.length} tries`);
  starts.length = 0;
  isBroken = false;
  assert.equal((await add()).code, 0);
  assert.ok(starts.includes(half), starts.join());
  assert.deepEqual(readdirSync(folder), ['talk [talk].mp4']);
});

test('given a site with two sizes, when a video is added, then the setting chooses the size', async (t) => {
  const box = sandbox();
  t.after(() => goldfish(box, 'stop'));
  const segment = join(box.folder, 'source.ts');
  await makeMedia(segment, { seconds: 4, video: { width: 64, height: 48, fps: 5, draw: drawBlue } });
  const variant = (name: string, width: number, height: number) =>
    `#EXT-X-STREAM-INF:BANDWIDTH=${width * 1000},RESOLUTION=${width}x${height}\n${name}.m3u8\n`;
  const list = (name: string) => `#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\n${name}.ts\n#EXT-X-ENDLIST\n`;
  const requests: string[] = [];
  const server = createServer(({ url = '', method }, response) => {
    requests.push(url);
    const [, name = ''] = /^\/(\w+)\./.exec(url) ?? [];
    const body = url.endsWith('.ts')
      ? readFileSync(segment)
      : name === 'talk'
        ? `#EXTM3U\n${variant('small', 256, 144)}${variant('large', 1920, 1080)}`
        : list(name);
    response.setHeader('content-type', url.endsWith('.ts') ? 'video/mp2t' : 'application/vnd.apple.mpegurl');
    response.end(method === 'HEAD' ? undefined : body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close().closeAllConnections());
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/talk.m3u8`;
  assert.equal((await goldfish(box, 'settings', 'set', 'add.maxHeight', '144')).code, 0);
  const added = await goldfish(
    box,
    ...['add', address, '--folder', join(box.folder, 'videos'), '--allow-private'],
  );
  assert.equal(added.code, 0, added.stderr);
  assert.ok(requests.includes('/small.ts'), requests.join());
  assert.ok(!requests.includes('/large.ts'), requests.join());
});

test('given an agent, when it adds a video, then it can only where the user allowed it, and never from this machine', async (t) => {
  const box = sandbox();
  t.after(() => goldfish(box, 'stop'));
  const { page, requests } = await serveSite(t, box.folder);
  const folder = join(box.folder, 'talks');
  assert.equal((await goldfish(box, 'settings', 'set', 'add.folder', folder)).code, 0);
  const reader = await agentOf(box);
  t.after(() => reader.close());
  const { tools } = await reader.listTools();
  assert.ok(!tools.some(({ name }) => name === 'add_videos'));
  const adder = await agentOf(box, '--allow-add');
  t.after(() => adder.close());
  const allowed = (await adder.listTools()).tools.find(({ name }) => name === 'add_videos');
  assert.equal(allowed?.annotations?.readOnlyHint, false);
  const refused = await callTool(adder, 'add_videos', { url: page });
  assert.equal(refused.isError, true);
  assert.match(JSON.stringify(refused.content), /on this machine or its local network/);
  assert.deepEqual(requests, []);
});

test('given an agent that may, when it adds a video of a public address, then the video is in the library', async (t) => {
  const box = sandbox();
  const media = join(box.folder, 'source.mp4');
  await makeMedia(media, { seconds: 4, video: { width: 64, height: 48, fps: 5, draw: drawBlue } });
  const web = await startPublicWeb((path) => (path === '/harbour.mp4' ? readFileSync(media) : undefined));
  t.after(() => web.close());
  const daemon = await startDaemon({ ...box, env: { ...box.env, HTTP_PROXY: web.proxyUrl } });
  t.after(() => daemon.child.kill());
  const folder = join(box.folder, 'talks');
  await (await daemon.client()).result('goldfish/settings/set', { key: 'add.folder', value: folder });
  const agent = await agentOf(box, '--allow-add');
  t.after(() => agent.close());
  const added = await callTool(agent, 'add_videos', { url: `${PUBLIC_ORIGIN}/harbour.mp4` });
  assert.match(JSON.stringify(added.content), /Saved .*harbour \[harbour\]\.mp4\./);
  assert.deepEqual(readdirSync(folder), ['harbour [harbour].mp4']);
  const again = await callTool(agent, 'add_videos', { url: `${PUBLIC_ORIGIN}/harbour.mp4` });
  assert.match(JSON.stringify(again.content), /was downloaded before/);
});

test('given an address of this machine, when it is added without --allow-private, then it is not contacted', async (t) => {
  const box = sandbox();
  t.after(() => goldfish(box, 'stop'));
  const { page, requests } = await serveSite(t, box.folder);
  const folder = join(box.folder, 'talks');
  mkdirSync(folder);
  const refused = await goldfish(box, 'add', page, '--folder', folder);
  assert.equal(refused.code, 1, refused.stderr);
  assert.match(refused.stderr, /on this machine or its local network .*nothing was fetched from it/);
  assert.match(refused.stderr, /--allow-private/);
  assert.deepEqual(requests, []);
  for (const address of ['file:///etc/passwd', 'talk.mp4', 'ftp://127.0.0.1/a'])
    assert.equal((await goldfish(box, 'add', address, '--folder', folder)).code, 2, address);
});

test('given no yt-dlp on PATH, when a video is added, then it says how to get it', async (t) => {
  const box = sandbox();
  t.after(() => goldfish(box, 'stop'));
  const poor = { ...box, env: { ...box.env, PATH: join(box.folder, 'nowhere') } };
  const { code, stderr } = await goldfish(
    poor,
    'add',
    'http://127.0.0.1:9/a',
    '--folder',
    box.folder,
    '--allow-private',
  );
  assert.equal(code, 4);
  assert.match(stderr, /yt-dlp is not installed/);
  assert.match(stderr, /pipx install yt-dlp/);
});
