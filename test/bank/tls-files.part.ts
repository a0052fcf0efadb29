import { createPrivateKey } from 'node:crypto'
import { join } from 'node:path'
import { createAdapters } from '../../src/adapters.ts'
import type { TlsIdentity } from '../../src/bank/index.ts'
import { systemClock } from '../../src/clock.ts'
import { readSettings } from '../../src/config.ts'
import { readIdentity } from '../../src/identity-files.ts'
import { createLogger } from '../../src/logger.ts'
import { createReleasers } from '../../src/releasers.ts'
import { newKeyRing } from '../../src/vault/index.ts'
import { ENV } from '../config/fixtures.ts'
import { t } from '../support/parts.ts'
import { bankAt } from './support/bank.ts'
import { makeAuthority, makeCertificate } from './support/certificates.ts'

const ca = await makeAuthority('the bank trusts this one')
const [ours, others] = [await makeCertificate(ca), await makeCertificate(ca)]
const good: TlsIdentity = { ...ours, ca: ca.cert }
const GARBAGE = 'no PEM\n'
const CALLERS = JSON.stringify([{ id: 'ledger', key_sha256: '0'.repeat(64), permissions: ['tokens'] }])
const CUT_OFF = ca.cert.slice(0, -60)
const PASSPHRASE = 'correct horse battery staple'
const encrypted = createPrivateKey(ours.key).export({
  type: 'pkcs8',
  format: 'pem',
  cipher: 'aes-256-cbc',
  passphrase: PASSPHRASE,
}) as string
const encryptedOldForm = createPrivateKey(ours.key).export({
  type: 'sec1',
  format: 'pem',
  cipher: 'aes-128-cbc',
  passphrase: PASSPHRASE,
}) as string
const WRONG_PASSPHRASE =
  /^BANK_TLS_KEY_FILE does not open with the passphrase in BANK_TLS_KEY_PASSPHRASE_FILE/

const REFUSED: readonly (readonly [what: string, change: TlsIdentity, message: RegExp])[] = [
  ['an empty certificate', { cert: '' }, /^BANK_TLS_CERT_FILE holds no certificate that can be used\.$/],
  ['garbage as certificate', { cert: GARBAGE }, /^BANK_TLS_CERT_FILE holds no certificate/],
  ['a chain that is cut off', { cert: `${ours.cert}\n${CUT_OFF}` }, /^BANK_TLS_CERT_FILE .* \(ERR_\w+\)\.$/],
  ['an empty key', { key: '' }, /^BANK_TLS_KEY_FILE holds no private key that opens without a passphrase/],
  ['garbage as key', { key: GARBAGE }, /^BANK_TLS_KEY_FILE holds no private key/],
  ['a certificate as key', { key: ours.cert }, /^BANK_TLS_KEY_FILE holds no private key/],
  ['an empty CA', { ca: '' }, /^BANK_TLS_CA_FILE holds no certificates that can be used\.$/],
  ['garbage as CA', { ca: GARBAGE }, /^BANK_TLS_CA_FILE holds no certificates/],
  ['CAs joined without a line break', { ca: ca.cert + ca.cert }, /^BANK_TLS_CA_FILE .* \(ERR_\w+\)\.$/],
  ['a CA that is cut off', { ca: `${ca.cert}\n${CUT_OFF}` }, /^BANK_TLS_CA_FILE .* \(ERR_\w+\)\.$/],
  [
    'the key of another certificate',
    { key: others.key },
    /^BANK_TLS_CERT_FILE and BANK_TLS_KEY_FILE cannot be used together \(ERR_\w+\)\.$/,
  ],
  [
    'an encrypted key without a passphrase',
    { key: encrypted },
    /^BANK_TLS_KEY_FILE is encrypted, and BANK_TLS_KEY_PASSPHRASE_FILE is not set\.$/,
  ],
  ['the wrong passphrase', { key: encrypted, passphrase: 'swordfish' }, WRONG_PASSPHRASE],
  ['the wrong passphrase, the old form', { key: encryptedOldForm, passphrase: '' }, WRONG_PASSPHRASE],
]

for (const [what, change, message] of REFUSED) {
  t.test(`${what} is refused by the name of its setting`, async (t) => {
    const tls = { ...good, ...change }
    t.throws(() => bankAt(t, 'https://localhost:1', { tls }), { code: 'settings_invalid', message })
  })
}

const OPENED: readonly (readonly [what: string, change: TlsIdentity])[] = [
  ['an encrypted key', { key: encrypted, passphrase: PASSPHRASE }],
  ['one of the old form', { key: encryptedOldForm, passphrase: PASSPHRASE }],
  ['a plain key beside a passphrase', { passphrase: PASSPHRASE }],
]

for (const [what, change] of OPENED) {
  t.test(`${what} is taken`, async (t) => {
    t.ok(bankAt(t, 'https://localhost:1', { tls: { ...good, ...change } }))
  })
}

t.test('the passphrase is read from its file, without the line break at its end', async (t) => {
  const folder = t.testdir({ 'key.pem': encrypted, passphrase: `${PASSPHRASE}\r\n` })
  const [keyFile, passphraseFile] = [join(folder, 'key.pem'), join(folder, 'passphrase')]
  const read = await readIdentity({ certFile: null, keyFile, passphraseFile, caFile: null })
  t.strictSame(read, { cert: undefined, key: encrypted, passphrase: PASSPHRASE, ca: undefined })
  t.ok(bankAt(t, 'https://localhost:1', { tls: { ...good, ...read, cert: ours.cert } }))
})

t.test('comments, several certificates, and a key in the same file are taken', async (t) => {
  const cert = `subject=CN=localhost\n${ours.cert}\n${ca.cert}\n${ours.key}`
  t.ok(bankAt(t, 'https://localhost:1', { tls: { ...good, cert, ca: `# ours\n${ca.cert}\n${ca.cert}` } }))
})

t.test('an empty file stops the start', async (t) => {
  const folder = t.testdir({ 'ca.pem': '', 'keys.json': newKeyRing(), 'callers.json': CALLERS })
  const files = {
    ENCRYPTION_KEYS_FILE: join(folder, 'keys.json'),
    CALLERS_FILE: join(folder, 'callers.json'),
    BANK_TLS_CA_FILE: join(folder, 'ca.pem'),
    BANK_TLS_CERT_FILE: undefined,
    BANK_TLS_KEY_FILE: undefined,
    BANK_TOKEN_ENDPOINT: 'http://localhost:1/token',
  }
  const surroundings = { clock: systemClock, log: createLogger({ level: 'silent' }) }
  const releasers = createReleasers()
  t.teardown(() => releasers.releaseAll())
  await t.rejects(createAdapters(readSettings({ ...ENV, ...files }), surroundings, releasers), {
    code: 'settings_invalid',
    message: /^BANK_TLS_CA_FILE holds no certificates/,
  })
})
