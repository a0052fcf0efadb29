import t from 'tap'
import { NOT_YET, readSettings } from '../../src/config.ts'
import { A_FILE, ENV } from './fixtures.ts'

const warningsOf = (change: Record<string, string>) => readSettings({ ...ENV, ...change }).warnings

const MEANT: readonly (readonly [typed: string, meant: string])[] = [
  ['BANK_TIMOUT', 'BANK_TIMEOUT'],
  ['BANK_TIME_OUT', 'BANK_TIMEOUT'],
  ['DATABASE_LISTENURL', 'DATABASE_LISTEN_URL'],
  ['REFERSHER', 'REFRESHER'],
  ['CALLER_FILE', 'CALLERS_FILE'],
  ['TOKENCACHE', 'TOKEN_CACHE'],
]

t.test('a name close to a setting is warned of, with the one that was meant', async (t) => {
  for (const [typed, meant] of MEANT) {
    t.strictSame(warningsOf({ [typed]: '1' }), [
      `${typed} is not a setting and is ignored; did you mean ${meant}?`,
    ])
  }
})

t.test('a name under one of our prefixes is warned of', async (t) => {
  t.strictSame(warningsOf({ BANK_USE_PROXY: 'x', REFRESH_EVERYTHING: 'x', RENEWAL_NOTICE: 'x' }), [
    'BANK_USE_PROXY is not a setting and is ignored.',
    'REFRESH_EVERYTHING is not a setting and is ignored.',
    'RENEWAL_NOTICE is not a setting and is ignored.',
  ])
})

t.test('the rest of the environment is left alone', async (t) => {
  const others = { PATH: '/bin', HOME: '/', LOG_FORMAT: 'x', TOKEN_BROKER_PORT_8080_TCP: 'x', NODE_ENV: 'x' }
  t.strictSame(warningsOf(others), [])
})

t.test('a setting that this version does not use yet is said to be idle', async (t) => {
  t.strictSame(warningsOf({ RETENTION: '400d', CALLER_ISSUER: 'i' }), [
    'CALLER_ISSUER is set, but this version does not use it yet.',
    'RETENTION is set, but this version does not use it yet.',
  ])
  t.strictSame(warningsOf({ SALVAGE_WAIT: '1m' }), [])
})

t.test('every one of them is read all the same', async (t) => {
  const set = Object.fromEntries(NOT_YET.map((name) => [name, name.endsWith('_FILE') ? A_FILE : '']))
  const spare = { RETENTION: '1d', CALLER_ISSUER: 'i', CALLER_AUDIENCE: 'a' }
  const url = { CALLER_JWKS_URL: 'https://id.example.nl/jwks' }
  t.equal(warningsOf({ ...set, ...spare, ...url }).length, NOT_YET.length)
})
