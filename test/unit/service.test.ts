import assert from 'node:assert/strict';
import test from 'node:test';
import { planService, type ServiceTarget } from '../../server/src/daemon/service-plan.ts';

const target: ServiceTarget = {
  platform: 'linux',
  node: '/opt/node/bin/node',
  entry: '/opt/goldfish/dist/goldfish.mjs',
  dataDir: '/home/ana/My "Videos" 100% $HOME & <co>',
  home: '/home/ana',
  config: '/home/ana/.config',
  env: { ORT_DISABLE_TELEMETRY: '1' },
};

test('given Linux, when a service is planned, then it is a systemd user unit with quoted arguments', () => {
  const plan = planService(target);
  assert.equal(plan?.files[0]?.path, '/home/ana/.config/systemd/user/goldfish.service');
  const lines = plan?.files[0]?.text.split('\n') ?? [];
  assert.ok(
    lines.includes(
      'ExecStart="/opt/node/bin/node" "/opt/goldfish/dist/goldfish.mjs" "daemon" "--data-dir" "/home/ana/My \\"Videos\\" 100%% $$HOME & <co>"',
    ),
  );
  assert.ok(lines.includes('Environment="ORT_DISABLE_TELEMETRY=1"'));
  assert.ok(lines.includes('WantedBy=default.target'));
  assert.deepEqual(plan?.install, [
    ['systemctl', '--user', 'daemon-reload'],
    ['systemctl', '--user', 'enable', '--now', 'goldfish.service'],
  ]);
  assert.deepEqual(plan?.remove, [['systemctl', '--user', 'disable', '--now', 'goldfish.service']]);
});

test('given macOS, when a service is planned, then it is a launchd agent with escaped arguments', () => {
  const plan = planService({ ...target, platform: 'darwin' });
  const [file] = plan?.files ?? [];
  assert.equal(file?.path, '/home/ana/Library/LaunchAgents/org.goldfish.daemon.plist');
  const words = [...(file?.text.matchAll(/^ {4}<string>(.*)<\/string>$/gm) ?? [])].map((match) => match[1]);
  assert.deepEqual(words, [
    '/opt/node/bin/node',
    '/opt/goldfish/dist/goldfish.mjs',
    'daemon',
    '--data-dir',
    '/home/ana/My "Videos" 100% $HOME &amp; &lt;co&gt;',
    '1',
  ]);
  assert.deepEqual(plan?.install, [['launchctl', 'load', '-w', file?.path]]);
  assert.deepEqual(plan?.remove, [['launchctl', 'unload', '-w', file?.path]]);
});

test('given Windows, when a service is planned, then it is a task at log-on with quoted arguments', () => {
  const plan = planService({ ...target, platform: 'win32', dataDir: 'C:\\Users\\ana b\\' });
  const text = plan?.files[0]?.text ?? '';
  assert.match(text, /<LogonTrigger>/);
  assert.ok(
    text.includes(
      '<Arguments>"/opt/goldfish/dist/goldfish.mjs" "daemon" "--data-dir" "C:\\Users\\ana b\\\\"</Arguments>',
    ),
  );
  assert.deepEqual(plan?.install.at(-1), ['schtasks', '/Run', '/TN', 'goldfish']);
  assert.deepEqual(plan?.remove, [['schtasks', '/Delete', '/F', '/TN', 'goldfish']]);
});

test('given another platform, when a service is planned, then there is none', () => {
  assert.equal(planService({ ...target, platform: 'freebsd' }), undefined);
});
