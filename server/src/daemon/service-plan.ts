import { join } from 'node:path';

/**
 * Files to write and commands to run so that the system starts the daemon at login. A plain value without
 * side effects.
 */
export interface ServicePlan {
  readonly files: readonly { readonly path: string; readonly text: string }[];
  /** Commands to run in order after the files are written. The first word is the program. */
  readonly install: readonly (readonly string[])[];
  /** Commands to run in order before the files are removed. One can fail if nothing was installed. */
  readonly remove: readonly (readonly string[])[];
  /** Command that shows the service's state. */
  readonly show: string;
  /** True if this plan was tested on a real system. */
  readonly tried: boolean;
}

export interface ServiceTarget {
  readonly platform: NodeJS.Platform;
  /** Absolute paths: Node, the command's entry file, the data folder and the home folder. */
  readonly node: string;
  readonly entry: string;
  readonly dataDir: string;
  readonly home: string;
  /** Folder of the user's configuration, XDG_CONFIG_HOME. systemd user units go below it. */
  readonly config: string;
  /** Environment variables that the daemon needs. */
  readonly env: Readonly<Record<string, string>>;
}

const SERVICE_NAME = 'goldfish';
const LAUNCHD_LABEL = 'org.goldfish.daemon';

/** Returns the plan for a platform, or undefined if the platform is not supported. */
export function planService(target: ServiceTarget): ServicePlan | undefined {
  if (target.platform === 'linux') return planSystemd(target);
  if (target.platform === 'darwin') return planLaunchd(target);
  if (target.platform === 'win32') return planScheduledTask(target);
  return undefined;
}

const daemonArguments = ({ entry, dataDir }: ServiceTarget) => [entry, 'daemon', '--data-dir', dataDir];

function planSystemd(target: ServiceTarget): ServicePlan {
  const command = [target.node, ...daemonArguments(target)].map(quoteSystemd).join(' ');
  const environment = Object.entries(target.env)
    .map(([name, value]) => `Environment=${quoteSystemd(`${name}=${value}`)}\n`)
    .join('');
  const unit = `${SERVICE_NAME}.service`;
  const text = `[Unit]
Description=Goldfish: indexes videos and answers questions about them

[Service]
ExecStart=${command}
${environment}Restart=on-failure
RestartSec=10
Nice=5
TimeoutStopSec=60

[Install]
WantedBy=default.target
`;
  const systemctl = (...words: string[]) => ['systemctl', '--user', ...words];
  return {
    files: [{ path: join(target.config, 'systemd/user', unit), text }],
    install: [systemctl('daemon-reload'), systemctl('enable', '--now', unit)],
    remove: [systemctl('disable', '--now', unit)],
    show: `systemctl --user status ${unit}`,
    tried: false,
  };
}

/** Quotes a word for systemd, which interprets `%`, `$` and, inside double quotes, backslashes. */
function quoteSystemd(word: string): string {
  const escapedWord = word
    .replace(/[\\"]/g, '\\$&')
    .replace(/\n/g, '\\n')
    .replaceAll('%', '%%')
    .replaceAll('$', '$$$$');
  return `"${escapedWord}"`;
}

function planLaunchd(target: ServiceTarget): ServicePlan {
  const path = join(target.home, 'Library/LaunchAgents', `${LAUNCHD_LABEL}.plist`);
  const strings = [target.node, ...daemonArguments(target)].map(
    (word) => `    <string>${escapeXml(word)}</string>\n`,
  );
  const environment = Object.entries(target.env).map(
    ([name, value]) => `    <key>${escapeXml(name)}</key>\n    <string>${escapeXml(value)}</string>\n`,
  );
  const text = `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
  <key>Label</key>
  <string>${LAUNCHD_LABEL}</string>
  <key>ProgramArguments</key>
  <array>
${strings.join('')}  </array>
  <key>EnvironmentVariables</key>
  <dict>
${environment.join('')}  </dict>
  <key>RunAtLoad</key>
  <true/>
  <key>KeepAlive</key>
  <dict>
    <key>SuccessfulExit</key>
    <false/>
  </dict>
  <key>ProcessType</key>
  <string>Background</string>
</dict>
</plist>
`;
  return {
    files: [{ path, text }],
    install: [['launchctl', 'load', '-w', path]],
    remove: [['launchctl', 'unload', '-w', path]],
    show: `launchctl list ${LAUNCHD_LABEL}`,
    tried: false,
  };
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function planScheduledTask(target: ServiceTarget): ServicePlan {
  const words = daemonArguments(target).map(quoteWindows).join(' ');
  const path = join(target.dataDir, 'service.xml');
  // The task scheduler takes the encoding from the XML declaration. A task has no environment variables of
  // its own.
  const text = `<?xml version="1.0" encoding="UTF-8"?>
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <Triggers>
    <LogonTrigger>
      <Enabled>true</Enabled>
    </LogonTrigger>
  </Triggers>
  <Settings>
    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>
    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>
    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>
    <ExecutionTimeLimit>PT0S</ExecutionTimeLimit>
    <Priority>7</Priority>
  </Settings>
  <Actions Context="Author">
    <Exec>
      <Command>${escapeXml(target.node)}</Command>
      <Arguments>${escapeXml(words)}</Arguments>
    </Exec>
  </Actions>
</Task>
`;
  return {
    files: [{ path, text }],
    install: [
      ['schtasks', '/Create', '/F', '/TN', SERVICE_NAME, '/XML', path],
      ['schtasks', '/Run', '/TN', SERVICE_NAME],
    ],
    remove: [['schtasks', '/Delete', '/F', '/TN', SERVICE_NAME]],
    show: `schtasks /Query /TN ${SERVICE_NAME}`,
    tried: false,
  };
}

/** Quotes an argument for Windows' own parser: backslashes before a quote are doubled. */
function quoteWindows(word: string): string {
  return `"${word.replace(/(\\*)"/g, '$1$1\\"').replace(/(\\+)$/, '$1$1')}"`;
}
