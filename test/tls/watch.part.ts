import { createPrivateKey, X509Certificate } from 'node:crypto'
import { rmSync } from 'node:fs'
import type { Test } from 'tap'
import type { TlsIdentity } from '../../src/bank/index.ts'
import { startCertificateWatch } from '../../src/certificate-watch.ts'
import { BANK_WORDING } from '../../src/certificate-wording.ts'
import { systemClock } from '../../src/clock.ts'
import { readIdentity } from '../../src/identity-files.ts'
import { createLogger } from '../../src/logger.ts'
import { bankAt } from '../bank/support/bank.ts'
import { type CertificateOptions, makeAuthority, makeCertificate } from '../bank/support/certificates.ts'
import { t } from '../support/parts.ts'
import { createSkippingClock } from '../support/skipping-clock.ts'
import { waitFor } from '../support/wait-for.ts'
import { createIdentityFiles } from './support/files.ts'

const DAY_MS = 86_400_000
const ca = await makeAuthority('the bank trusts this one')
const make = async (options: CertificateOptions = {}) => ({
  ...(await makeCertificate(ca, options)),
  ca: ca.cert,
})
const former = await make({ untilDays: 90 })
const next = await make({ untilDays: 91 })

/** A watch of real files, over a bank that nobody calls. */
async function startWatch(t: Test, identity: TlsIdentity, clock = systemClock) {
  const files = createIdentityFiles(t.testdir({}), identity)
  const logged: Record<string, unknown>[] = []
  const write = (line: string) => void logged.push(JSON.parse(line))
  const settings = {
    certFile: files.path('cert'),
    keyFile: files.path('key'),
    passphraseFile: files.path('passphrase'),
    caFile: files.path('ca'),
    reloadEveryMs: 5,
    warnBeforeMs: 30 * DAY_MS,
  }
  const read = await readIdentity(settings)
  const bank = bankAt(t, 'https://localhost:1', { tls: read, now: clock.now })
  const told = { certificates: 0, changes: 0 }
  const watch = startCertificateWatch({
    holder: bank,
    wording: BANK_WORDING,
    files: settings,
    identity: read,
    clock,
    log: createLogger({ level: 'info', destination: { write } }),
    onCertificate: () => {
      told.certificates += 1
    },
    onChange: async () => {
      told.changes += 1
    },
  })
  t.teardown(() => watch.stop())
  const inUse = () => bank.certificate()?.fingerprintSha256
  const said = (level: string) => logged.filter((line) => line.level === level)
  return { files, bank, told, inUse, said }
}

function fingerprint({ cert = '' }: TlsIdentity): string {
  return new X509Certificate(cert).fingerprint256
}

t.test('files that change are used, whatever they are before they fit together', async (t) => {
  const { files, told, inUse, said } = await startWatch(t, former)
  const reasons = () => said('warn').map(({ reason }) => String(reason))
  const refused = async (reason: RegExp, change: () => void) => {
    change()
    await waitFor(`a warning of ${reason}`, () => reason.test(reasons().at(-1) ?? ''))
    t.equal(inUse(), fingerprint(former), 'the former goes on')
  }
  const expired = await make({ expired: true })
  const early = await make({ fromDays: 1, untilDays: 2 })
  await refused(/^BANK_TLS_CERT_FILE and BANK_TLS_KEY_FILE cannot be used together/, () =>
    files.write('cert', next.cert),
  )
  await refused(/^BANK_TLS_CERT_FILE holds no certificate/, () => files.write('cert', next.cert.slice(0, 99)))
  await refused(/^BANK_TLS_KEY_FILE cannot be read \(ENOENT\)/, () => rmSync(files.path('key')))
  await refused(/^BANK_TLS_CERT_FILE .* has expired/, () => files.swap(expired))
  await refused(/^BANK_TLS_CERT_FILE .* not valid yet/, () => files.swap(early))
  await refused(/^BANK_TLS_CA_FILE holds no certificates/, () => files.swap({ ...next, ca: '' }))
  t.equal(reasons().length, 6, 'each is told once, though it is looked at again and again')
  t.match(told, { certificates: 1, changes: 0 })
  files.write('ca', ca.cert)
  await waitFor('the next certificate', () => inUse() === fingerprint(next))
  await waitFor('the gate to be told', () => told.changes === 1)
  const { serialNumber } = new X509Certificate(next.cert)
  const shown = { fingerprintSha256: fingerprint(next), serialNumber, issuer: 'CN=the bank trusts this one' }
  t.match(said('info').at(-1), { ...shown, notAfter: String })
  t.equal(said('info').length, 2, 'one line at the start and one at the change')
  files.write('ca', (await makeAuthority('the bank comes with another')).cert)
  await waitFor('those the bank is trusted by', () => told.changes === 2)
})

t.test('an encrypted key and its passphrase change together', async (t) => {
  const encrypt = (passphrase: string) =>
    createPrivateKey(next.key).export({
      type: 'pkcs8',
      format: 'pem',
      cipher: 'aes-256-cbc',
      passphrase,
    }) as string
  const { files, inUse, said } = await startWatch(t, former)
  files.swap({ ...next, key: encrypt('swordfish'), passphrase: 'sword' })
  await waitFor('a warning', () => said('warn').length === 1)
  t.match(said('warn')[0]?.reason, /^BANK_TLS_KEY_FILE does not open with the passphrase/)
  files.write('passphrase', 'swordfish\n')
  await waitFor('the next certificate', () => inUse() === fingerprint(next))
  t.notMatch(JSON.stringify([...said('warn'), ...said('info')]), /swordfish|PRIVATE KEY/)
})

t.test('its end is told well ahead and once a day, and louder in its last days', async (t) => {
  const { clock, skip } = createSkippingClock()
  const { files, said } = await startWatch(t, await make({ untilDays: 31.5 }), clock)
  const ends = (level: string) => said(level).filter(({ daysLeft }) => daysLeft !== undefined)
  skip(2 * DAY_MS)
  await waitFor('a warning', () => ends('warn').length === 1)
  t.match(ends('warn')[0], { daysLeft: 29, serialNumber: String, endsAt: String })
  skip(DAY_MS)
  await waitFor('another', () => ends('warn').length === 2)
  t.match(ends('warn')[1], { daysLeft: 28 })
  skip(22 * DAY_MS)
  await waitFor('a louder one', () => ends('error').length === 1)
  t.match(ends('error')[0], { daysLeft: 6 })
  skip(7 * DAY_MS)
  await waitFor('the end', () => ends('error').length === 2)
  t.match(ends('error')[1], { msg: /has ended: the bank refuses us/ })
  files.swap(await make({ fromDays: 1, untilDays: 400 }))
  await waitFor('the next', () => said('info').length === 2)
  t.equal(ends('warn').length, 2)
  t.equal(ends('error').length, 2, 'nothing more to be told')
})
