import type { Test } from 'tap'
import { call } from '../../support/api.ts'
import { connectSql } from '../../support/sql.ts'
import type { On } from './see-status-page.ts'
import { listed, visit } from './steps.ts'

/** What a subscriber was not told is found from the overview, and sent again. */
export async function seeWebhooks(t: Test, { page, broker, world, seeded }: On): Promise<void> {
  const sql = connectSql(t, world.databaseUrl)
  await sql(`insert into webhook_subscribers (id, seen_at) values ('till', now())`)
  const [{ id }] = await sql(
    `insert into webhook_deliveries (message_id, event_id, subscriber, type, consent_id, bank, owner, status,
        occurred_at, state, attempts, next_attempt_at, last_attempt_at, last_error, finished_at)
      select gen_random_uuid(), 1, 'till', 'consent.revoked', id, bank, owner, status,
        now(), 'dead', 10, null, now(), 'http_503', now()
      from consents where id = $1 returning id`,
    [seeded.toRevoke],
  )
  await visit(page, '#/', '.tile')
  await page.locator('#refresh').click()
  await page.locator('.findings').getByText('1 webhook could not be delivered.').click()
  await page.locator('[aria-label="Deliveries"]').waitFor()
  t.strictSame(await listed(page), [String(id)])
  t.match(await page.locator('[data-label="Attempts"], [data-label="Subscriber"]').allInnerTexts(), [
    '10',
    'till',
  ])
  t.equal(await page.locator('.card-table th').count(), await page.locator('.card-table td').count())
  const row = await page.locator('.card-table tbody').innerText()
  t.match(row, /consent\.revoked.*till.*http 503/s)
  t.match(row, seeded.toRevoke.slice(0, 8))
  await page.getByText('Send again').click()
  await page.getByText('It is sent again.').waitFor()
  const { body } = await call(broker, 'GET /v1/webhooks/deliveries?state=pending', { as: 'ops' })
  t.match(body.items, [{ id: String(id), attempts: 0 }])
  await page.getByText('There is none.').waitFor()
  await page.getByRole('link', { name: 'Waiting' }).click()
  await page.locator('.card-table').waitFor()
  t.strictSame(await listed(page), [String(id)])
}
