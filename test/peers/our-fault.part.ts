import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Test } from 'tap'
import type { FaultAction } from '../../src/practice-bank/index.ts'
import { makeAuthority, makeCertificate, type Pem } from '../bank/support/certificates.ts'
import { createWorld, type TestBroker } from '../support/broker.ts'
import { eventsOf, getToken, type ImportedConsent, importActives } from '../support/consents.ts'
import { t } from '../support/parts.ts'
import { connectSql, type Sql } from '../support/sql.ts'
import { waitFor } from '../support/wait-for.ts'
import { figure } from './row.ts'

const CONSENTS = 20

t.jobs = 4

t.test('our certificate expired: no consent touched', async (t) => {
  const ca = await makeAuthority('the bank trusts this one')
  const server = await makeCertificate(ca)
  const https = { ...server, ca: ca.cert, requestCert: true, rejectUnauthorized: true }
  const folder = t.testdir({})
  const good = await tlsFiles(join(folder, 'good'), ca, await makeCertificate(ca))
  const expired = await tlsFiles(join(folder, 'expired'), ca, await makeCertificate(ca, { expired: true }))
  const { bank, databaseUrl, startBroker } = await createWorld(t, { bank: { https }, env: good })
  const before = await startBroker()
  const consents = await importActives(before, bank, CONSENTS)
  await before.stop()
  const sql = connectSql(t, databaseUrl)
  await sql('update consent_tokens set due_at = now()')
  const broker = await startBroker(expired)
  await checkUntouched(t, { name: 'our certificate expired', broker, sql, consents })
  t.equal(bank.ledger.count(), CONSENTS, 'nothing reached the bank but the first rotations')
})

const REFUSALS: Record<string, FaultAction> = {
  invalid_client: { kind: 'status', status: 401, body: { error: 'invalid_client' } },
  401: { kind: 'status', status: 401 },
  403: { kind: 'status', status: 403, body: '<html>no certificate</html>' },
}

for (const [name, action] of Object.entries(REFUSALS)) {
  t.test(`${name}: no consent touched`, async (t) => {
    const { bank, databaseUrl, startBroker } = await createWorld(t)
    const before = await startBroker()
    const consents = await importActives(before, bank, CONSENTS)
    await before.stop()
    const fault = bank.faults.add({ endpoint: 'token', times: null, action })
    const sql = connectSql(t, databaseUrl)
    await sql('update consent_tokens set due_at = now()')
    const broker = await startBroker()
    await waitFor('a refusal', () => fault.struck > 0)
    await checkUntouched(t, { name, broker, sql, consents })
  })
}

interface Refused {
  readonly name: string
  readonly broker: TestBroker
  readonly sql: Sql
  readonly consents: readonly ImportedConsent[]
}

async function checkUntouched(t: Test, { name, broker, sql, consents }: Refused): Promise<void> {
  await waitFor('it to be our fault', () => outcomes(broker).includes('our_fault'))
  await broker.broker.keepHouse()
  const answers = await Promise.all(consents.map(({ id }) => getToken(broker, id)))
  const events = (await Promise.all(consents.map(({ id }) => eventsOf(broker, id)))).flat()
  await waitFor('all claims to be ended', async () => {
    const open = await sql('select 1 from consent_tokens where presentations > 0 or attempt_id is not null')
    return open.length === 0
  })
  const touched = await sql(`select 1 from consents c join consent_tokens t on t.consent_id = c.id
    where c.status <> 'active' or t.version <> 2 or t.due_at is null`)
  const tries = outcomes(broker).filter((outcome) => outcome === 'our_fault').length
  figure(
    t,
    name,
    `${touched.length} of ${consents.length} consents touched, ${tries} ${tries === 1 ? 'try' : 'tries'} refused`,
  )
  t.equal(touched.length, 0)
  t.same(new Set(answers.map(({ status }) => status)), new Set([200]), 'live tokens are served')
  t.same(
    events.filter(({ type }) => /reauthorization|failed/.test(type)),
    [],
  )
}

function outcomes({ logged }: TestBroker): string[] {
  return logged.flatMap((line) => JSON.parse(line).outcome ?? [])
}

async function tlsFiles(folder: string, ca: Pem, { cert, key }: Pem): Promise<Record<string, string>> {
  await mkdir(folder)
  const write = async (name: string, pem: string) => {
    const path = join(folder, name)
    await writeFile(path, pem)
    return path
  }
  return {
    BANK_TLS_CERT_FILE: await write('cert.pem', cert),
    BANK_TLS_KEY_FILE: await write('key.pem', key),
    BANK_TLS_CA_FILE: await write('ca.pem', ca.cert),
  }
}
