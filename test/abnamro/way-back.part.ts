import { rawRequest, sendRaw } from '../api/support/raw.ts'
import {
  EXCHANGE,
  eventsOf,
  headingOf,
  parametersOf,
  RETURN_URL,
  result,
  statusOf,
  walkRenewal,
} from '../flow/helpers.ts'
import { ACCOUNTS, activate, renew, start } from '../support/authorize.ts'
import { createWorld } from '../support/broker.ts'
import { createBrowser } from '../support/browser.ts'
import { getConsent } from '../support/consents.ts'
import { t } from '../support/parts.ts'
import { connectSql } from '../support/sql.ts'
import { waitFor } from '../support/wait-for.ts'

const world = await createWorld(t)
const { bank } = world
const broker = await world.startBroker()
const sql = connectSql(t, world.databaseUrl)

t.beforeEach(() => bank.faults.clear())

/** The bank's redirects, as it writes them: the state is ours. */
const ENDINGS: [error: string, status: string, tail: string][] = [
  [
    'error_description=Unexpected+Runtime+Authn+Adapter+Integration+Problem.&error=server_error',
    'rejected/cancelled_by_customer',
    '#',
  ],
  ['error=access_denied', 'rejected/no_account', '#'],
  ['error=access_denied', 'rejected/no_account', ''],
  ['error=server_error', 'rejected/cancelled_by_customer', '#_'],
  ['error=temporarily_unavailable', 'pending', '#'],
]

for (const [error, status, tail] of ENDINGS) {
  t.test(`${error}${tail}: ${status}`, async (t) => {
    const { id, url } = await start(broker)
    const browser = createBrowser()
    const { searchParams } = new URL(await browser.walk(url))
    const cookie = [...browser.cookies].map((pair) => pair.join('=')).join('; ')
    // As a proxy may pass it on; a browser keeps the fragment to itself.
    const line = `GET /callback?state=${searchParams.get('state')}&${error}${tail}`
    const answer = await sendRaw(broker.publicUrl, rawRequest(line, { Cookie: cookie }))
    t.equal(answer.status, status === 'pending' ? 503 : 200)
    t.equal(await statusOf(broker, id), status)
  })
}

t.test('the return_url says how a first authorization ended, and why', async (t) => {
  const body = { return_url: RETURN_URL }
  for (const [options, status, status_reason] of [
    [{ iban: ACCOUNTS[0] }, 'active', undefined],
    [{ decision: 'cancel' }, 'rejected', 'cancelled_by_customer'],
    [{ customer: 'no-account' }, 'rejected', 'no_account'],
  ] as const) {
    const { id, url } = await start(broker, body)
    const { result_code, ...others } = parametersOf(await createBrowser().consent(url, options))
    t.match(result_code, /^[\w-]{43}$/)
    const reason = status_reason === undefined ? {} : { status_reason }
    t.strictSame(others, { order: '7', consent_id: id, status, ...reason })
  }
})

t.test('and how a renewal ended, which changes nothing', async (t) => {
  const id = await activate(broker)
  const before = await getConsent(broker, id)
  const silent = { endpoint: 'consentinfo', times: null, action: { kind: 'status', status: 503 } } as const
  const lost = { ...EXCHANGE, when: 'after', action: { kind: 'reset' } } as const
  const refused = {
    ...EXCHANGE,
    action: { kind: 'status', status: 400, body: { error: 'invalid_grant' } },
  } as const
  for (const [options, fault, status, status_reason] of [
    [{ decision: 'cancel' }, null, 'rejected', 'cancelled_by_customer'],
    [{ customer: 'no-account' }, null, 'rejected', 'no_account'],
    [{ iban: ACCOUNTS[1] }, null, 'failed', 'account_mismatch'],
    [{ iban: ACCOUNTS[0] }, silent, 'failed', 'account_unverified'],
    [{ iban: ACCOUNTS[0] }, lost, 'failed', 'exchange_lost'],
    [{ iban: ACCOUNTS[0] }, refused, 'failed', 'exchange_refused'],
  ] as const) {
    bank.faults.clear()
    if (fault !== null) bank.faults.add(fault)
    const { url } = await renew(broker, id, { return_url: RETURN_URL })
    const browser = createBrowser()
    const callbackUrl = await browser.walk(url, options)
    await browser.open(callbackUrl)
    if (status_reason === 'account_unverified') await endStagedToken(id)
    const page = await result(() => browser.open(callbackUrl))
    const { result_code, ...others } = parametersOf(page)
    t.match(result_code, /^[\w-]{43}$/)
    t.strictSame(others, { order: '7', consent_id: id, status, status_reason })
    t.match((await eventsOf(broker, id)).at(-1), /^renewal\.(rejected|refused|failed) /)
    t.strictSame(await getConsent(broker, id), before, status_reason)
  }
  bank.faults.clear()
  t.equal(headingOf(await walkRenewal(broker, id)), 'You have given permission')
})

async function endStagedToken(id: string): Promise<void> {
  await waitFor('the refusal', async () => {
    await sql("update staged_tokens set access_expires_at = now(), check_after = now() - interval '1 second'")
    await broker.broker.keepHouse()
    return (await eventsOf(broker, id)).at(-1) === 'renewal.refused account_unverified'
  })
}
