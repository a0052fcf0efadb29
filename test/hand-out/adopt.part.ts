import { systemClock } from '../../src/clock.ts'
import type { OpenedTokens } from '../../src/core/hand-out.ts'
import type { FreshPair } from '../../src/core/pair.ts'
import type { Ports } from '../../src/core/ports.ts'
import { Secret } from '../../src/core/secret.ts'
import { createTokenCache } from '../../src/core/token-cache.ts'
import { createTokenReader } from '../../src/core/token-reader.ts'
import { t } from '../support/parts.ts'

const VAULT = { fingerprint: (token: Secret) => `of ${token.reveal()}` }

function setUp() {
  const changes = { healthy: () => true, onChange: () => {} }
  const cache = createTokenCache({ enabled: true, maxEntries: 3, changes })
  const ports = { vault: VAULT, clock: systemClock } as unknown as Ports
  const usage = { asked: () => {}, flush: async () => {} }
  const reader = createTokenReader(ports, { cache, usage, rotator: { unsaved: () => null } })
  const cached = () => cache.get('c')?.accessToken.reveal()
  return { cache, reader, cached }
}

function opened(version: number, owner = 'ledger'): OpenedTokens {
  const tokens = { consentId: 'c', chain: 1, version }
  const record = { consent: { id: 'c', owner }, tokens }
  return { record, tokens, accessToken: new Secret(`access ${version}`) } as unknown as OpenedTokens
}

function fresh(version: number): FreshPair {
  return { consentId: 'c', chain: 1, version, accessToken: new Secret(`access ${version}`) } as FreshPair
}

t.test('a pair just received takes the place of the one cached', async (t) => {
  const { cache, reader, cached } = setUp()
  cache.put(opened(1), cache.epoch())
  t.match(reader.adopt(opened(1).record, fresh(2)), { tokens: { version: 2 }, fingerprint: 'of access 2' })
  t.equal(cached(), 'access 2')
  reader.adopt(opened(1).record, fresh(2))
  cache.put(opened(3), cache.epoch())
  reader.adopt(opened(1).record, fresh(2))
  t.equal(cached(), 'access 3', 'and of none that came after it')
})

t.test('what was changed meanwhile is not brought back', async (t) => {
  const { cache, reader, cached } = setUp()
  const { record } = opened(1)
  cache.put(opened(1), cache.epoch())
  cache.drop('c')
  reader.adopt(record, fresh(2))
  t.equal(cached(), undefined, 'revoked, say')
  cache.put(opened(1, 'another'), cache.epoch())
  reader.adopt(record, fresh(2))
  t.match(cache.get('c'), { record: { consent: { owner: 'another' } }, tokens: { version: 2 } })
})

t.test('a change of another consent does not keep the old pair in its place', async (t) => {
  const { cache, reader, cached } = setUp()
  cache.put(opened(1), cache.epoch())
  cache.drop('another')
  reader.adopt(opened(1).record, fresh(2))
  t.equal(cached(), 'access 2')
})
