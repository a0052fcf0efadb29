import { isIP } from 'node:net'
import type { Parser } from './parser.ts'

/** Reads addresses and networks (RFC 4632 section 3.1), by commas; `off` is none. */
export const networks: Parser<readonly string[]> = {
  example: '10.0.0.0/8,2001:db8::7',
  read(text) {
    if (text === 'off') return { value: [] }
    const entries = text.split(',').map((entry) => entry.trim())
    return entries.every(isNetwork)
      ? { value: entries }
      : { problem: 'has an entry that is neither an address nor a network' }
  },
}

function isNetwork(entry: string): boolean {
  const [address = '', bits, ...more] = entry.split('/')
  const family = isIP(address)
  if (family === 0 || address.includes('%') || more.length > 0) return false
  return bits === undefined || (/^[1-9]\d{0,2}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128))
}
