import { readSettings } from '../../src/config.ts'
import { t } from '../support/parts.ts'
import { A_FILE, ENV } from './fixtures.ts'

const warningsOf = (change: Record<string, string>) => readSettings({ ...ENV, ...change }).warnings

t.test('plain HTTP that leaves the machine is warned of, and only that', async (t) => {
  const tls = { INTERNAL_TLS_CERT_FILE: A_FILE, INTERNAL_TLS_KEY_FILE: A_FILE }
  for (const INTERNAL_HOST of ['0.0.0.0', '::', '10.1.2.3', 'broker.internal', '127.0.0.1.nip.io']) {
    t.match(
      warningsOf({ INTERNAL_HOST }),
      [/^INTERNAL_HOST is not loopback, .* in plain HTTP, /],
      INTERNAL_HOST,
    )
    t.strictSame(warningsOf({ INTERNAL_HOST, ...tls }), [], INTERNAL_HOST)
  }
  for (const INTERNAL_HOST of ['127.0.0.1', '127.8.9.1', '::1', 'localhost'])
    t.strictSame(warningsOf({ INTERNAL_HOST }), [], INTERNAL_HOST)
})

t.test('the internal listener has its TLS where both files are set', async (t) => {
  const names = ['CERT_FILE', 'KEY_FILE', 'KEY_PASSPHRASE_FILE', 'CLIENT_CA_FILE']
  const files = Object.fromEntries(names.map((name) => [`INTERNAL_TLS_${name}`, A_FILE]))
  t.strictSame(readSettings({ ...ENV, ...files }).internal.tls, {
    certFile: A_FILE,
    keyFile: A_FILE,
    passphraseFile: A_FILE,
    caFile: A_FILE,
    reloadEveryMs: 10_000,
    warnBeforeMs: 604_800_000,
  })
})

const MEANT: readonly (readonly [typed: string, meant: string])[] = [
  ['BANK_TIMOUT', 'BANK_TIMEOUT'],
  ['BANK_TIME_OUT', 'BANK_TIMEOUT'],
  ['DATABASE_LISTENURL', 'DATABASE_LISTEN_URL'],
  ['REFERSHER', 'REFRESHER'],
  ['CALLER_FILE', 'CALLERS_FILE'],
  ['TOKENCACHE', 'TOKEN_CACHE'],
]

t.test('a level that leaves out the audit lines of hand-outs is warned of', async (t) => {
  for (const LOG_LEVEL of ['trace', 'debug', 'info']) t.strictSame(warningsOf({ LOG_LEVEL }), [], LOG_LEVEL)
  for (const LOG_LEVEL of ['warn', 'error', 'fatal', 'silent'])
    t.strictSame(warningsOf({ LOG_LEVEL }), [
      `LOG_LEVEL is ${LOG_LEVEL}: the log leaves out who was handed which token, which is logged as info.`,
    ])
})

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

t.test('a setting that is right is warned of no more', async (t) => {
  t.strictSame(warningsOf({ WEBHOOKS_FILE: A_FILE, SALVAGE_WAIT: '1m' }), [])
})
