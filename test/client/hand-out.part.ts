import { createRig } from '../rotation/fixtures.ts'
import { createGate } from '../support/gate.ts'
import { t } from '../support/parts.ts'
import { createCountedClient, serve } from './fixtures.ts'

const LONG_MS = 100_000_000
const TTL_SECONDS = 7_200

const { bank, bankUrl, broker, consent } = await createRig(t)
const balances = `${bankUrl}/v1/accounts/NL12ABNA9999876523/balances`

t.test('who asks at once asks once, and a token is remembered for a while', async (t) => {
  const { id } = await consent()
  const { seen, getAccessToken } = createCountedClient(broker)
  const tokens = await Promise.all(Array.from({ length: 10 }, () => getAccessToken(id)))
  t.equal(new Set(tokens).size, 1)
  t.strictSame(seen.asked, [{ min_validity: 30 }])
  seen.nowMs += 59_000
  t.equal(await getAccessToken(id), tokens[0])
  t.equal(seen.asked.length, 1, 'from memory')
  seen.nowMs += 1_000
  await getAccessToken(id)
  t.equal(seen.asked.length, 2, 'a consent that was ended goes on for a minute at most')
})

t.test(
  'a token is given only while it lives long enough, counted from before it was asked for',
  async (t) => {
    const { id } = await consent()
    const { seen, getAccessToken } = createCountedClient(broker, {
      keepForMs: LONG_MS,
      fetch: async (...request) => {
        const answer = await fetch(...request)
        seen.nowMs += 100_000
        return answer
      },
    })
    const startedMs = seen.nowMs
    await getAccessToken(id)
    const aboutMs = (seconds: number) => startedMs + (TTL_SECONDS - seconds) * 1_000
    seen.nowMs = aboutMs(60)
    await getAccessToken(id)
    t.equal(seen.asked.length, 1)
    await getAccessToken(id, { minValiditySeconds: 61 })
    t.strictSame(seen.asked[1], { min_validity: 61 })
    seen.nowMs = aboutMs(29) + 7_200_000
    await getAccessToken(id)
    t.equal(seen.asked.length, 3, 'thirty seconds unless another time is named')
  },
)

t.test('as many consents are remembered as it says, those asked for last', async (t) => {
  const { seen, getAccessToken } = createCountedClient(broker, { maxEntries: 2 })
  const [first, second, third] = await Promise.all([consent(), consent(), consent()])
  for (const { id } of [first, second, first, third, first]) await getAccessToken(id)
  t.equal(seen.asked.length, 3)
  await getAccessToken(second.id)
  t.equal(seen.asked.length, 4)
})

t.test('a 401 of the bank gets another token, and the call is made once more', async (t) => {
  const { id } = await consent()
  const { seen, getAccessToken, fetchWithToken } = createCountedClient(broker)
  const first = await getAccessToken(id)
  const fault = bank.faults.add({ endpoint: 'accounts', action: { kind: 'status', status: 401 } })
  const headers = { 'api-key': 'practice-api-key', authorization: 'Bearer overwritten' }
  const answer = await fetchWithToken(id, balances, { headers })
  t.equal(answer.status, 200)
  t.match(await answer.json(), { currency: 'EUR' })
  t.equal(fault.struck, 1)
  t.strictSame(seen.asked[1], { rejected_token: first })
  t.not(await getAccessToken(id), first)
  t.equal(seen.asked.length, 2)
})

t.test('many 401s to one token ask for another once, and none is asked for by a late one', async (t) => {
  const { id } = await consent()
  const { seen, getAccessToken, replaceAccessToken, withToken } = createCountedClient(broker)
  const first = await getAccessToken(id)
  const use = async (token: string) => ({ status: token === first ? 401 : 200, token })
  const answers = await Promise.all(Array.from({ length: 50 }, () => withToken(id, use)))
  t.ok(answers.every(({ status, token }) => status === 200 && token !== first))
  t.equal(seen.asked.length, 2)
  t.equal(await replaceAccessToken(id, first), answers[0]?.token)
  t.equal(seen.asked.length, 2, 'another is known')
})

t.test('a bank that refuses everything is asked twice, and not again for the same token', async (t) => {
  const { id } = await consent()
  const { withToken } = createCountedClient(broker)
  const used: string[] = []
  const use = async (token: string) => ({ status: 401, number: used.push(token) })
  t.strictSame(await withToken(id, use), { status: 401, number: 2 })
  t.equal(new Set(used).size, 2)
  // The broker rotates a rejected token every 30 seconds at most.
  t.strictSame(await withToken(id, use), { status: 401, number: 3 })
})

t.test('a late answer does not bring a rejected token back', async (t) => {
  const { id } = await consent()
  const gate = createGate()
  const { seen, getAccessToken, replaceAccessToken } = createCountedClient(broker, {
    fetch: async (url, init) => {
      const answer = await fetch(url, init)
      if (String(init?.body).includes('31')) await gate.opened
      return answer
    },
  })
  const late = getAccessToken(id, { minValiditySeconds: 31 })
  const first = await getAccessToken(id)
  const fresh = await replaceAccessToken(id, first)
  gate.open()
  t.not(await late, fresh)
  t.equal(await getAccessToken(id), fresh)
  t.equal(seen.asked.length, 3)
})

t.test('a body that can be read once is sent once', async (t) => {
  const { id } = await consent()
  const { getAccessToken, fetchWithToken } = createCountedClient(broker)
  const first = await getAccessToken(id)
  const refusing = await serve(t, (_, answer) => answer.writeHead(401).end('no'))
  const body = new Blob(['{}']).stream()
  const answer = await fetchWithToken(id, refusing.url, {
    method: 'POST',
    body,
    duplex: 'half',
  } as RequestInit)
  t.equal(answer.status, 401)
  t.equal(await answer.text(), 'no')
  t.equal(refusing.requests.length, 1)
  t.not(await getAccessToken(id), first, 'the next call has another token')
})

t.test('an answer that was read, or is not of the global fetch, is put aside as well', async (t) => {
  const { id } = await consent()
  const { getAccessToken, withToken } = createCountedClient(broker)
  const first = await getAccessToken(id)
  const use = async (token: string) => {
    const answer = new Response('no', { status: token === first ? 401 : 200 })
    if (token === first) await answer.text()
    return answer
  }
  t.equal((await withToken(id, use)).status, 200)
  const cancelled: string[] = []
  const other = await consent()
  const now = await getAccessToken(other.id)
  const body = new ReadableStream({ cancel: () => void cancelled.push(now) })
  await withToken(other.id, async (token) =>
    token === now ? { status: 401, body } : { status: 200, body: null },
  )
  t.strictSame(cancelled, [now], 'its connection is free')
})

t.test('who leaves waits for no token, and nothing is sent for them', async (t) => {
  const silent = await serve(t, () => {})
  const bank = await serve(t, (_, answer) => answer.end())
  const { fetchWithToken } = createCountedClient({ internalUrl: silent.url })
  const leaving = new AbortController()
  const left = fetchWithToken('x', bank.url, { signal: leaving.signal })
  leaving.abort(new Error('enough'))
  await t.rejects(left, { message: 'enough' })
  t.equal(bank.requests.length, 0)
})
