import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Makes a certificate for `videos.example.org` and 127.0.0.1 that is its own authority. Needs openssl. */
export function makeCertificate(folder: string) {
  const [certificate, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
  const names = 'subjectAltName=DNS:videos.example.org,IP:127.0.0.1';
  const args = 'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2'.split(' ');
  execFileSync(
    'openssl',
    [...args, '-subj', '/CN=videos.example.org', '-addext', names, '-keyout', key, '-out', certificate],
    { stdio: 'ignore' },
  );
  return { certificate, key, ca: readFileSync(certificate) };
}
