import { isIPv4, isIPv6 } from 'node:net'

const IPV4_MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i
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
  const [, mapped] = IPV4_MAPPED.exec(address) ?? []
  const ipv4 = mapped ?? address
  if (isIPv4(ipv4)) return ipv4
  return isIPv6(address) ? networkOf(address) : null
}

function networkOf(address: string): string {
  const [withoutZone = ''] = address.split('%')
  // The one form of RFC 5952, save that an embedded IPv4 address is two groups as well.
  const canonical = new URL(`http://[${withoutZone}]`).hostname.slice(1, -1)
  const [head = '', tail] = canonical.split('::')
  const left = groupsOf(head)
  const right = groupsOf(tail ?? '')
  const zeros = Array<string>(8 - left.length - right.length).fill('0')
  return `${[...left, ...zeros, ...right].slice(0, NETWORK_GROUPS).join(':')}::/64`
}

function groupsOf(text: string): string[] {
  return text === '' ? [] : text.split(':')
}
