import { createWorld } from '../support/broker.ts'
import { getConsent, getToken, importConsents } from '../support/consents.ts'
import { t } from '../support/parts.ts'
import { waitFor } from '../support/wait-for.ts'

const CONSENTS = 150

t.test('three brokers keep the same consents alive and spend no token twice', async (t) => {
  const { bank, startBroker } = await createWorld(t, {
    bank: { accessTokenTtlSeconds: 1, revokeGrantOnReuse: true, latencyMs: 20 },
    env: { BANK_MAX_CONCURRENCY: '32' },
  })
  const brokers = [
    await startBroker(),
    await startBroker({ PUBLIC_PORT: '0' }),
    await startBroker({ PUBLIC_PORT: '0', TOKEN_CACHE: 'off' }),
  ]
  const [first] = brokers
  const consents = await importConsents(first!, bank, CONSENTS)
  const begun = performance.now()
  await waitFor('four rounds', () => bank.ledger.totals().rotated >= 4 * CONSENTS, 30_000)
  const perSecond = Math.round(bank.ledger.totals().rotated / ((performance.now() - begun) / 1000))
  t.comment(`${perSecond} rotations a second, kept due by a life of 1 s`)

  t.same(bank.ledger.presentedMoreThan(1), [])
  t.same(bank.ledger.overlaps(), [])
  t.equal(bank.ledger.totals().refused, 0)
  const by = await Promise.all(brokers.map(async (broker) => rotationsOf(broker.logged)))
  t.ok(
    by.every((count) => count > 0),
    `all took part: ${by.join(', ')}`,
  )

  // Longer lives from here on: at one second a loaded machine hands out what has just ended.
  bank.settings.accessTokenTtlSeconds = 60
  await waitFor('a last round', async () => {
    const answers = await Promise.all(consents.map(({ id }) => getToken(first!, id)))
    return answers.every(({ body }) => body.expires_in > 10)
  })
  const answers = await Promise.all(consents.map(({ id }, index) => getToken(brokers[index % 3]!, id)))
  t.same([...new Set(answers.map(({ status }) => status))], [200])
  t.same((await getConsent(first!, consents[0]!.id)).status, 'active')
})

function rotationsOf(logged: readonly string[]): number {
  return logged.filter((line) => line.includes('"outcome":"rotated"')).length
}
