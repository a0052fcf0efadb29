import { isIPv4, isIPv6 } from 'node:net'

/** As RFC 5952 would not write it, but URLs do. */
const IPV4_MAPPED = /^::ffff:([0-9a-f]+):([0-9a-f]+)$/
/** Some proxies tell the port as well: `192.0.2.7:50123`, `[2001:db8::7]:50123`. */
const WITH_PORT = /^(?:\[([^\]]+)\]|([\d.]+)):\d{1,5}$/
const NETWORK_GROUPS = 4

/**
 * Names whom an address counts for: itself, or its /64 in IPv6, which is the least that one customer is given
 * (RFC 6177). Null for what is no address.
 */
export function addressKey(text: string): string | null {
  const [, inBrackets, beforePort] = WITH_PORT.exec(text) ?? []
  const address = inBrackets ?? beforePort ?? text
  if (isIPv4(address)) return address
  return isIPv6(address) ? keyOfIPv6(address) : null
}

function keyOfIPv6(address: string): string {
  const [withoutZone = ''] = address.split('%')
  // The one form of RFC 5952, save that an embedded IPv4 address is two groups as well.
  const canonical = new URL(`http://[${withoutZone}]`).hostname.slice(1, -1)
  const [, high, low] = IPV4_MAPPED.exec(canonical) ?? []
  return high === undefined || low === undefined ? networkOf(canonical) : `${bytesOf(high)}.${bytesOf(low)}`
}

function bytesOf(group: string): string {
  const value = Number.parseInt(group, 16)
  return `${value >> 8}.${value & 0xff}`
}

function networkOf(canonical: string): string {
  const [head = '', tail] = canonical.split('::')
  const left = groupsOf(head)
  const right = groupsOf(tail ?? '')
  const zeros = Array<string>(8 - left.length - right.length).fill('0')
  return `${[...left, ...zeros, ...right].slice(0, NETWORK_GROUPS).join(':')}::/64`
}

function groupsOf(text: string): string[] {
  return text === '' ? [] : text.split(':')
}
