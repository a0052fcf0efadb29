import type { Parsed, Parser } from './parser.ts'

const UNIT_MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const

const LONGEST_MS = 3_650 * UNIT_MS.d
const LONGEST_TOLERANCE_MS = 5 * UNIT_MS.m
/** Well below 2^31 ms, past which Node's timers end at once. */
const LONGEST_WAIT_MS = UNIT_MS.d

/** Reads a span of time such as `250ms`, `5s`, `5m`, `72h` or `90d`, as milliseconds. */
export const duration: Parser<number> = {
  example: '5m',
  read: (text) => readDuration(text, LONGEST_MS, '3650d'),
}

/** Reads a span that a timer waits out: at most a day. */
export const wait: Parser<number> = {
  example: '10s',
  read: (text) => readDuration(text, LONGEST_WAIT_MS, '24h'),
}

/** Reads how far two clocks may be apart: at most five minutes. */
export const tolerance: Parser<number> = {
  example: '10s',
  read: (text) => readDuration(text, LONGEST_TOLERANCE_MS, '5m'),
}

function readDuration(text: string, longestMs: number, longest: string): Parsed<number> {
  const value = toMs(text)
  if (value === null) return { problem: 'must be a whole number and its unit: ms, s, m, h or d' }
  if (value === 0) return { problem: 'must be longer than nothing' }
  return value > longestMs ? { problem: `must be at most ${longest}` } : { value }
}

function toMs(text: string): number | null {
  const [, digits, unit] = /^(\d+)(ms|s|m|h|d)$/.exec(text) ?? []
  return digits === undefined ? null : Number(digits) * UNIT_MS[unit as keyof typeof UNIT_MS]
}
