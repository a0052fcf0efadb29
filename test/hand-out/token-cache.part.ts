import type { ChangeFeed } from '../../src/core/change-feed.ts'
import type { OpenedTokens } from '../../src/core/hand-out.ts'
import { createTokenCache } from '../../src/core/token-cache.ts'
import { t } from '../support/parts.ts'

function setUp(options: { enabled?: boolean; maxEntries?: number } = {}) {
  const listeners: ((id: string | null) => void)[] = []
  const feed = { up: true }
  const changes: ChangeFeed = {
    healthy: () => feed.up,
    onChange: (listener) => void listeners.push(listener),
  }
  const cache = createTokenCache({ enabled: true, maxEntries: 3, changes, ...options })
  const change = (id: string | null) => {
    for (const listener of listeners) listener(id)
  }
  return { cache, feed, change }
}

function opened(id: string, version = 1, chain = 1): OpenedTokens {
  return { record: { consent: { id } }, tokens: { consentId: id, chain, version } } as OpenedTokens
}

t.test('a read begun before an invalidation never fills the cache', async (t) => {
  for (const changed of ['a', null]) {
    const { cache, change } = setUp()
    const epoch = cache.epoch()
    change(changed)
    cache.put(opened('a'), epoch)
    t.equal(cache.get('a'), null, `invalidated: ${changed}`)
    cache.put(opened('a'), cache.epoch())
    t.ok(cache.get('a'), 'a read begun after it does')
  }
})

t.test('the change of another consent keeps no read out, however many change', async (t) => {
  const { cache, change } = setUp({ maxEntries: 2 })
  const epoch = cache.epoch()
  change('another')
  cache.put(opened('a'), epoch)
  t.ok(cache.get('a'))
  const before = cache.epoch()
  for (const id of ['b', 'c', 'd']) change(id)
  cache.put(opened('b'), before)
  t.equal(cache.get('b'), null, 'its change is forgotten by now, and counts for all')
  cache.put(opened('d'), cache.epoch())
  t.ok(cache.get('d'))
})

t.test('what this process changes itself invalidates likewise', async (t) => {
  const { cache } = setUp()
  const epoch = cache.epoch()
  cache.drop('a')
  cache.put(opened('a'), epoch)
  t.equal(cache.get('a'), null)
})

t.test('a change takes out its consent, an unknown change takes out all', async (t) => {
  const { cache, change } = setUp()
  for (const id of ['a', 'b']) cache.put(opened(id), cache.epoch())
  change('a')
  t.equal(cache.get('a'), null)
  t.ok(cache.get('b'))
  change(null)
  t.equal(cache.get('b'), null)
  t.equal(cache.lastKnown('b'), null)
})

t.test('while the feed is down nothing is trusted, and what is known is kept for an outage', async (t) => {
  const { cache, feed } = setUp()
  cache.put(opened('a'), cache.epoch())
  feed.up = false
  t.equal(cache.get('a'), null)
  t.ok(cache.lastKnown('a'))
  feed.up = true
  t.ok(cache.get('a'))
  t.equal(setUp({ enabled: false }).cache.get('a'), null)
})

t.test('it is bounded, and keeps those asked for last', async (t) => {
  const { cache } = setUp({ maxEntries: 2 })
  for (const id of ['a', 'b']) cache.put(opened(id), cache.epoch())
  cache.get('a')
  cache.put(opened('c'), cache.epoch())
  t.equal(cache.get('b'), null)
  t.ok(cache.get('a'))
  t.ok(cache.get('c'))
  cache.forget('c')
  t.equal(cache.lastKnown('c'), null)
})

t.test('a pair is not replaced by one before it, whose row was read too early', async (t) => {
  const { cache } = setUp()
  const version = () => cache.get('a')?.tokens.version
  for (const put of [2, 1]) cache.put(opened('a', put), cache.epoch())
  t.equal(version(), 2)
  cache.put(opened('a', 3), cache.epoch())
  t.equal(version(), 3)
  cache.put(opened('a', 1, 2), cache.epoch())
  t.equal(version(), 1, 'a renewal begins a new chain')
})
