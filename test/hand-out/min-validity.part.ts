import { createRig } from '../rotation/fixtures.ts'
import { getToken } from '../support/consents.ts'
import { t } from '../support/parts.ts'

const rig = await createRig(t, { bank: { accessTokenTtlSeconds: 1_000 }, env: { TOKEN_CACHE: 'off' } })
const { bank, broker, consent, sql, row } = rig

/** A consent whose token has lived so long already, due much later. */
async function aged(seconds: number) {
  const { id } = await consent()
  await sql(
    `update consent_tokens set obtained_at = obtained_at - $2 * interval '1 s',
       access_expires_at = access_expires_at - $2 * interval '1 s', due_at = now() + interval '1 h'
     where consent_id = $1`,
    [id, seconds],
  )
  return id
}

async function rotates(id: string, body: object): Promise<boolean> {
  const { version } = await row(id)
  t.match(await getToken(broker, id, body), { status: 200 })
  return (await row(id)).version > version
}

t.test('the default is a minute', async (t) => {
  t.notOk(await rotates(await aged(935), {}), '65 s are enough')
  t.ok(await rotates(await aged(945), {}), '55 s are not')
})

/** Asks of tokens that live another second; on a busy machine it may be over before one was asked for. */
async function everyOneRotates(tries: number): Promise<boolean> {
  if (tries === 0) return true
  return (await rotates(await aged(999), { min_validity: 0 })) && (await everyOneRotates(tries - 1))
}

t.test('what is asked for is met by rotating', async (t) => {
  t.notOk(await rotates(await aged(500), { min_validity: 490 }))
  t.ok(await rotates(await aged(500), { min_validity: 510 }))
  t.notOk(await everyOneRotates(5), 'nothing asked, any live token will do')
})

t.test('at most 80 % of its life is asked of a token', async (t) => {
  t.notOk(await rotates(await aged(190), { min_validity: 5_000 }), '810 of 1000 s')
  t.ok(await rotates(await aged(210), { min_validity: 5_000 }), '790 of 1000 s')
})

t.test('nothing is asked past the end of the consent', async (t) => {
  const id = await aged(500)
  await sql(
    `update consents set expires_at = (select access_expires_at from consent_tokens where consent_id = id)
     where id = $1`,
    [id],
  )
  t.notOk(await rotates(id, { min_validity: 700 }))
})

t.test('a rotation that cannot meet it is not repeated', async (t) => {
  const id = await aged(900)
  const { version } = await row(id)
  bank.faults.add({ endpoint: 'token', when: 'after', action: { kind: 'edit', set: { expires_in: 30 } } })
  const { status, body } = await getToken(broker, id, { min_validity: 600 })
  t.equal(status, 200)
  t.ok(body.expires_in <= 30 && body.expires_in > 25, `its true life of ${body.expires_in} s`)
  t.equal((await row(id)).version, version + 1)
})

t.test('a token of short life is by default asked for its margin alone', async (t) => {
  const id = await aged(0)
  await sql(
    `update consent_tokens set access_expires_at = obtained_at + interval '20 s' where consent_id = $1`,
    [id],
  )
  t.notOk(await rotates(id, {}), 'a fifth of 20 s is left and more')
})
