import { BlockList, isIP } from 'node:net';

/** Addresses that are not on the public internet: this machine, local networks, link-local and reserved ranges (RFC 6890). */
const NOT_PUBLIC = new BlockList();
for (const [prefix, prefixBits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const)
  NOT_PUBLIC.addSubnet(prefix, prefixBits, 'ipv4');
for (const [prefix, prefixBits] of [
  ['::', 127],
  ['64:ff9b:1::', 48],
  ['100::', 64],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
] as const)
  NOT_PUBLIC.addSubnet(prefix, prefixBits, 'ipv6');

/** Returns whether an IP address is a public one. An IPv4 address inside IPv6 counts as the IPv4 address. */
export function isPublicAddress(address: string): boolean {
  const family = isIP(address);
  if (family === 0) return false;
  // BlockList itself checks ::ffff:a.b.c.d against the IPv4 ranges.
  return !NOT_PUBLIC.check(address, family === 6 ? 'ipv6' : 'ipv4');
}
