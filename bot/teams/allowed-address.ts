import { BlockList, isIP } from 'node:net';

const loopbackNames = new Set(['localhost', '127.0.0.1', '[::1]']);

/** Ranges that a public server never has: private, loopback, link-local (cloud metadata), shared, test, multicast, mapped. */
const notPublic = new BlockList();
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const)
  notPublic.addSubnet(network, prefix, 'ipv4');
for (const [network, prefix] of [
  ['::', 128],
  ['::1', 128],
  ['64:ff9b::', 96],
  ['100::', 64],
  ['2001:db8::', 32],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
] as const)
  notPublic.addSubnet(network, prefix, 'ipv6');

/** Whether an IP address belongs to a server on the public internet. IPv4 inside IPv6 counts as IPv4. */
export function isPublicAddress(address: string): boolean {
  const family = isIP(address);
  if (family === 0) return false;
  return !notPublic.check(address, family === 6 ? 'ipv6' : 'ipv4');
}

export interface AddressRule {
  /** Exact host names. A suffix would admit anybody: x.trafficmanager.net and x.blob.core.windows.net can be registered. */
  hosts: string[];
  /** Allows http on this machine, for the demo and tests, beside the hosts. */
  development: boolean;
}

/** The parsed address when the rule allows it, to be used for the request itself; undefined otherwise. */
export function allowedUrl(text: string, rule: AddressRule): URL | undefined {
  // A backslash is read as a slash by URL and as something else by other parsers.
  if (text.includes('\\') || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  if (url.username !== '' || url.password !== '') return undefined;
  const host = url.hostname.replace(/\.$/u, '');
  if (rule.development && url.protocol === 'http:' && loopbackNames.has(host)) return url;
  if (url.protocol !== 'https:' || url.port !== '') return undefined;
  return rule.hosts.some((allowed) => allowed.toLowerCase() === host) ? url : undefined;
}
