import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';

export interface NpmRegistry {
  readonly address: string;
  /** Paths that were asked for, in order. */
  readonly requests: readonly string[];
  /** Of the package's tarball, as a lock file writes it. */
  readonly integrity: string;
  close(): Promise<void>;
}

/** Starts a stand-in npm registry on loopback that has one package with one program in it. */
export async function npmRegistry(
  folder: string,
  {
    name,
    version,
    programPath,
    program,
  }: Readonly<Record<'name' | 'version' | 'programPath' | 'program', string>>,
): Promise<NpmRegistry> {
  const source = join(folder, 'package');
  mkdirSync(join(source, dirname(programPath)), { recursive: true });
  writeFileSync(join(source, programPath), program);
  chmodSync(join(source, programPath), 0o755);
  writeFileSync(join(source, 'package.json'), JSON.stringify({ name, version, bin: { node: programPath } }));
  execFileSync('npm', ['pack', '--silent', '--pack-destination', folder], { cwd: source, stdio: 'ignore' });
  const tarball = readFileSync(join(folder, `${name}-${version}.tgz`));
  const integrity = `sha512-${createHash('sha512').update(tarball).digest('base64')}`;
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(request.url ?? '');
    if (request.url?.endsWith('.tgz')) response.end(tarball);
    else {
      const dist = { tarball: `${address}/${name}/-/${name}-${version}.tgz`, integrity };
      response.setHeader('content-type', 'application/json');
      response.end(
        JSON.stringify({
          name,
          'dist-tags': { latest: version },
          versions: { [version]: { name, version, dist } },
        }),
      );
    }
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    address,
    requests,
    integrity,
    close: () => {
      server.closeAllConnections();
      return new Promise((closed) => server.close(() => closed()));
    },
  };
}
