import { randomUUID } from 'node:crypto'
import { copyFile, readFile, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileNameOf } from '../../src/core/answer-file.ts'
import { createVault, newKey, newKeyRing, parseKeyRing } from '../../src/vault/index.ts'
import { call } from '../support/api.ts'
import { getConsent, getToken, importActives } from '../support/consents.ts'
import { t } from '../support/parts.ts'
import { createSpoolWorld, rotationOf, type SpoolWorld, spoolBy, spoolStatus } from './fixtures.ts'

const LOST_KEY = newKey('2020-01')

/** A world with consents at rest, each at version 2, and a spool folder. */
async function setUp(test: Parameters<typeof createSpoolWorld>[0], count: number) {
  const world = await createSpoolWorld(test)
  const first = await world.startBroker()
  const consents = await importActives(first, world.bank, count)
  await first.stop()
  const pairs = consents.map(({ id }) => ({ consentId: id, chain: 1, version: 2 }))
  await world.sql(`update consent_tokens set due_at = now() + interval '1 h'`)
  return { world, pairs }
}

async function change(
  { spoolDir }: SpoolWorld,
  name: string,
  edit: (text: string) => string,
): Promise<string> {
  const path = join(spoolDir, name)
  await writeFile(path, edit(await readFile(path, 'utf8')))
  return name
}

t.test('what cannot be replayed is set aside and reported; the service starts', async (t) => {
  const { world, pairs } = await setUp(t, 3)
  const [pair, other, third] = pairs
  if (pair === undefined || other === undefined || third === undefined) throw new Error('no consents')
  const answer = () => rotationOf(world.vault, pair)
  const lost = createVault(parseKeyRing(JSON.stringify({ keys: [LOST_KEY] })))
  const swapped = createVault(parseKeyRing(newKeyRing('2026-11')))
  const moved = await spoolBy(world, await answer())
  const target = fileNameOf(await rotationOf(world.vault, other))
  await copyFile(join(world.spoolDir, moved), join(world.spoolDir, target))
  const lostAnswer = await rotationOf(lost, pair)
  const expected = new Map([
    [target, 'wrong_place'],
    [await change(world, await spoolBy(world, await answer()), flipLast), 'unreadable'],
    [await change(world, await spoolBy(world, await answer()), (text) => text.slice(0, 300)), 'unreadable'],
    [await change(world, await spoolBy(world, await answer()), () => ''), 'unreadable'],
    [await spoolBy({ ...world, vault: lost }, lostAnswer), 'unknown_key'],
    [await spoolBy({ ...world, vault: swapped }, await answer()), 'unreadable'],
    [await spoolBy(world, await rotationOf(lost, pair)), 'unknown_key'],
    [
      await spoolBy(world, await rotationOf(world.vault, { ...pair, consentId: randomUUID() })),
      'unknown_consent',
    ],
    [await spoolBy(world, await rotationOf(world.vault, { ...third, version: 9 })), 'database_behind'],
    [await spoolBy(world, await answer(), 'mine.answer'), 'wrong_name'],
  ])
  await writeFile(join(world.spoolDir, 'notes.txt'), 'not ours')

  const broker = await world.startBroker()
  const left = new Set(await world.files())
  t.equal(left.size, expected.size + 1, 'the good one is gone, all else is kept')
  for (const [name, reason] of expected) {
    t.ok(left.has(`${name}.set-aside`), reason)
    const line = broker.logged.map((text) => JSON.parse(text)).find(({ file }) => file === name)
    t.match(line, { level: 'error', reason, msg: /^a file of the spool is set aside: / })
  }
  t.ok(left.has('notes.txt'), 'what is not ours is left alone')
  t.same(await spoolStatus(broker), { enabled: true, unsaved: 0, waiting: 0, set_aside: expected.size })
  const { text } = await call(broker, 'GET /metrics')
  t.match(text, `\ntoken_broker_set_aside_answers_total ${expected.size}\n`)
  t.match(text, '\ntoken_broker_spooled_answers 0\n')
  t.match(await world.sql('select version from consent_tokens order by version'), [
    { version: 2 },
    { version: 2 },
    { version: 3 },
  ])
  t.same(new Set(broker.logged.filter((line) => /access_token|eyJ/.test(line))), new Set())
})

/** Changes a character in the middle of the ciphertext. */
function flipLast(text: string): string {
  const at = text.length - 60
  return text.slice(0, at) + (text[at] === 'A' ? 'B' : 'A') + text.slice(at + 1)
}

t.test('with its key back and its own name, a file that was set aside is replayed', async (t) => {
  const { world, pairs } = await setUp(t, 1)
  const [pair] = pairs
  if (pair === undefined) throw new Error('no consent')
  const ringFile = world.env.ENCRYPTION_KEYS_FILE ?? ''
  const ring = JSON.parse(await readFile(ringFile, 'utf8'))
  const appended = `${ringFile}.appended`
  await writeFile(appended, JSON.stringify({ keys: [...ring.keys, LOST_KEY] }))
  const vault = createVault(parseKeyRing(JSON.stringify({ keys: [LOST_KEY] })))
  const answer = await rotationOf(vault, pair)
  const name = await spoolBy({ ...world, vault }, answer)
  const before = await world.startBroker()
  t.same(await world.files(), [`${name}.set-aside`])
  await before.stop()
  await copyFile(join(world.spoolDir, `${name}.set-aside`), join(world.spoolDir, name))
  const again = await world.startBroker()
  t.same(await world.files(), [`${name}.set-aside`, `${name}.set-aside.2`], 'none is written over')
  t.match(await spoolStatus(again), { set_aside: 2 })
  await again.stop()
  await copyFile(join(world.spoolDir, `${name}.set-aside`), join(world.spoolDir, name))
  const broker = await world.startBroker({ ENCRYPTION_KEYS_FILE: appended })
  t.match(await getToken(broker, pair.consentId), {
    body: { access_token: `spooled-${answer.attempt.attemptId}` },
  })
  const [row] = await world.sql('select refresh_token from consent_tokens')
  const header = Buffer.from(row.refresh_token.split('.')[0], 'base64url').toString()
  t.match(JSON.parse(header), { kid: '2026-11' }, 'sealed under the key that seals now')
})

t.test('an answer that was overtaken, saved or revoked meanwhile is dropped, and said so', async (t) => {
  const { world, pairs } = await setUp(t, 2)
  const [pair, revoked] = pairs
  if (pair === undefined || revoked === undefined) throw new Error('no consents')
  const overtaken = await spoolBy(world, await rotationOf(world.vault, { ...pair, version: 1 }))
  const first = await world.startBroker({ PUBLIC_PORT: '0' })
  const dropped = first.logged.map((line) => JSON.parse(line)).find(({ file }) => file === overtaken)
  t.match(dropped, { level: 'warn', result: 'overtaken' })
  const answer = await rotationOf(world.vault, pair)
  await call(first, `DELETE /v1/consents/${revoked.consentId}`)
  await first.stop()
  for (const result of ['saved', 'saved again']) {
    await spoolBy(world, answer)
    const late = await spoolBy(world, await rotationOf(world.vault, revoked))
    const broker = await world.startBroker({ PUBLIC_PORT: '0' })
    t.same(await world.files(), [])
    t.match(await world.sql('select version from consent_tokens'), [{ version: 3 }], result)
    const line = broker.logged.map((text) => JSON.parse(text)).find(({ file }) => file === late)
    t.match(line, { result: 'revoked' })
    t.equal((await getConsent(broker, revoked.consentId)).status, 'revoked')
    await broker.stop()
  }
})

t.test('a file whose writing never came to its end', async (t) => {
  const { world, pairs } = await setUp(t, 2)
  const [pair, other] = pairs
  if (pair === undefined || other === undefined) throw new Error('no consents')
  const whole = await rotationOf(world.vault, pair)
  await spoolBy(world, whole, `${fileNameOf(whole)}.0123456789ab.tmp`)
  const cut = await rotationOf(world.vault, other)
  const half = `${fileNameOf(cut)}.0123456789ab.tmp`
  await change(world, await spoolBy(world, cut, half), (text) => text.slice(0, 200))
  const first = await world.startBroker()
  t.same(
    await world.files(),
    [half],
    'one that is whole all the same is saved; the other may go on being written',
  )
  t.match(await getToken(first, pair.consentId), { status: 200 })
  t.match(await world.sql(`select version from consent_tokens where consent_id = $1`, [pair.consentId]), [
    { version: 3 },
  ])
  await first.stop()
  const before = new Date(Date.now() - 120_000)
  await utimes(join(world.spoolDir, half), before, before)
  await world.startBroker()
  t.same(await world.files(), [`${half}.set-aside`], 'nobody goes on writing it')
})
