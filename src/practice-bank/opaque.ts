import { randomBytes } from 'node:crypto'

/** The lengths of PingFederate's opaque values as ABN AMRO's samples show them (ABNAMRO.md §3). */
export const opaqueLength = {
  code: 40,
  accessToken: 28,
  clientAccessToken: 32,
  refreshToken: 42,
  cookie: 22,
} as const

/** Makes a random base64url text of exactly this many characters. */
export function opaque(length: number): string {
  return randomBytes(Math.ceil((length * 3) / 4))
    .toString('base64url')
    .slice(0, length)
}
