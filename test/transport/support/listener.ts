import type { Test } from 'tap'
import type { TlsIdentity } from '../../../src/bank/index.ts'
import { buildInternalApp } from '../../../src/http/internal/app.ts'
import { INERT_PARTS } from '../../../src/http/internal/document.ts'
import { openInternalTls } from '../../../src/internal-tls.ts'
import { makeAuthority, makeCertificate } from '../../bank/support/certificates.ts'
import { createIdentityFiles } from '../../tls/support/files.ts'

const DAY_MS = 86_400_000

export const servers = await makeAuthority('of listeners')
export const clients = await makeAuthority('of clients')
export const strangers = await makeAuthority('of strangers')
/** What clients take the listener by. */
export const ca = servers.cert
export const caller = await makeCertificate(clients, { name: 'ledger' })
export const listener = await makeCertificate(servers)
/** What the listener is started with. */
export const WHOLE: TlsIdentity = { ...listener, ca: clients.cert }

/** The settings that name these files. */
export function settingsOf(files: ReturnType<typeof createIdentityFiles>, more: object = {}) {
  return {
    certFile: files.path('cert'),
    keyFile: files.path('key'),
    passphraseFile: null,
    caFile: files.path('ca'),
    reloadEveryMs: 5,
    warnBeforeMs: 7 * DAY_MS,
    ...more,
  }
}

/** A listener with nothing behind it, and a clock to be set. */
export async function listen(t: Test, more: object = {}, identity: object = {}) {
  const clock = { at: new Date(), now: () => clock.at }
  const files = createIdentityFiles(t.testdir({}), { ...WHOLE, ...identity })
  const tls = await openInternalTls(settingsOf(files, more), clock)
  const app = await buildInternalApp({ ...INERT_PARTS, clock, tls })
  t.teardown(() => app.close())
  return { app, clock, tls, url: await app.listen({ port: 0, host: '127.0.0.1' }) }
}
