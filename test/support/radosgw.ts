import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { type S3Server, toOptions } from './s3-server.ts';
import { endWithTests } from './started.ts';
import { tempFolder } from './temp-folder.ts';

/** How long each of Ceph's programs may take to start or answer, ms. */
const STEP_MS = 60_000;
const KEYS = { AWS_ACCESS_KEY_ID: 'AKIAGOLDFISHTEST', AWS_SECRET_ACCESS_KEY: 'secretOfTheTest1' };

const toConfiguration = (folder: string, monitorPort: number, port: number) => `[global]
fsid = ${randomUUID()}
keyring = ${folder}/keyring
mon host = v2:127.0.0.1:${monitorPort}
public network = 127.0.0.0/8
ms bind msgr1 = false
mon initial members = a
mon data = ${folder}/mon
mon cluster log file = ${folder}/cluster.log
mon allow pool size one = true
mon max pg per osd = 1000
osd data = ${folder}/osd
osd objectstore = memstore
memstore device bytes = 4294967296
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 1
osd pool default pg autoscale mode = off
osd crush chooseleaf type = 0
osd class load list = *
run dir = ${folder}/run
admin socket = ${folder}/run/$name.asok
pid file =
log file = ${folder}/$name.log
rgw frontends = beast endpoint=127.0.0.1:${port}
rgw run sync thread = false
`;

/** Starts Ceph's S3 gateway over a monitor and one store in memory, on loopback. Takes 15 s. */
export async function startRadosgw(port: number): Promise<S3Server> {
  const folder = tempFolder();
  for (const name of ['mon', 'osd', 'run']) mkdirSync(join(folder, name));
  const configuration = join(folder, 'ceph.conf');
  const monitorPort = port > 40_000 ? port - 1 : port + 1;
  writeFileSync(configuration, toConfiguration(folder, monitorPort, port));
  const keyring = join(folder, 'keyring');
  const run = (program: string, ...args: readonly string[]) =>
    execFileSync(program, args, { encoding: 'utf8', timeout: STEP_MS, stdio: ['ignore', 'pipe', 'pipe'] });
  const children: ChildProcess[] = [];
  const start = (program: string, ...args: readonly string[]) =>
    void children.push(
      endWithTests(spawn(program, ['-c', configuration, ...args, '-f'], { stdio: 'ignore' })),
    );
  const all = ['--cap', 'mon', 'allow *', '--cap', 'osd', 'allow *', '--cap', 'mgr', 'allow *'];
  run('ceph-authtool', '--create-keyring', keyring, '--gen-key', '-n', 'client.admin', ...all);
  run('ceph-authtool', keyring, '--gen-key', '-n', 'mon.', '--cap', 'mon', 'allow *');
  const monitors = join(folder, 'monmap');
  run('monmaptool', '--create', '--addv', 'a', `[v2:127.0.0.1:${monitorPort}]`, monitors);
  run('ceph-mon', '-c', configuration, '--mkfs', '-i', 'a', '--monmap', monitors, '--keyring', keyring);
  start('ceph-mon', '-i', 'a');
  const id = run('ceph', '-c', configuration, 'osd', 'create').trim();
  const caps = ['mon', 'allow profile osd', 'osd', 'allow *'];
  appendFileSync(keyring, run('ceph', '-c', configuration, 'auth', 'get-or-create', `osd.${id}`, ...caps));
  run('ceph-osd', '-c', configuration, '-i', id, '--mkfs', '--osd-uuid', randomUUID());
  start('ceph-osd', '-i', id);
  run(
    ...(['radosgw-admin', '-c', configuration, 'user', 'create', '--uid=goldfish'] as const),
    ...['--display-name=goldfish', `--access-key=${KEYS.AWS_ACCESS_KEY_ID}`],
    `--secret-key=${KEYS.AWS_SECRET_ACCESS_KEY}`,
  );
  start('radosgw', '-n', 'client.admin');
  const endpoint = `http://127.0.0.1:${port}`;
  const deadlineMs = Date.now() + STEP_MS;
  while (
    !(await fetch(endpoint).then(
      () => true,
      () => false,
    ))
  ) {
    if (Date.now() > deadlineMs) throw new Error('radosgw does not answer');
    await wait(100);
  }
  return {
    endpoint,
    env: KEYS,
    options: toOptions(endpoint),
    async stop() {
      for (const child of children.reverse()) {
        const exited = once(child, 'exit');
        child.kill('SIGKILL');
        await exited;
      }
    },
  };
}
