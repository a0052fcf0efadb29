import { type JsonWebKey, sign as signBytes } from 'node:crypto'
import fc from 'fast-check'
import { call } from '../support/api.ts'
import { createWorld, freeAddress, KEYS } from '../support/broker.ts'
import { t } from '../support/parts.ts'
import { waitFor } from '../support/wait-for.ts'
import { startProvider } from './support/provider.ts'
import { KIDS, refusedTokens } from './support/refused-tokens.ts'
import { AUDIENCE, claims, forge, ISSUER, newSigner, sign } from './support/tokens.ts'

const world = await createWorld(t)
const whole = t
const providerAddress = await freeAddress()
const broker = await world.startBroker({
  CALLER_JWKS_URL: `${providerAddress}/jwks`,
  CALLER_JWKS_COOLDOWN: '100ms',
  CALLER_JWKS_RELOAD_EVERY: '100ms',
  CALLER_ISSUER: ISSUER,
  CALLER_AUDIENCE: AUDIENCE,
  CALLER_CLOCK_TOLERANCE: '10s',
})
const [rsa, ec, ed, stranger, withdrawn] = await Promise.all([
  newSigner('RS256', 'rsa'),
  newSigner('ES256', 'ec', { alg: 'ES256', use: 'sig' }),
  newSigner('EdDSA', 'ed', { alg: 'EdDSA' }),
  newSigner('ES256', 'ec'),
  newSigner('ES256', 'to-encrypt', { use: 'enc' }),
])
const hmacKey = Buffer.from('a key that both sides would know, of 32 bytes').toString('base64url')
const GIVEN = [
  rsa.jwk,
  ec.jwk,
  ed.jwk,
  withdrawn.jwk,
  { kty: 'oct', kid: 'shared', alg: 'HS256', k: hmacKey },
  { ...ec.jwk, kid: 'for-another-alg', alg: 'ES384' },
  { kty: 'EC', crv: 'P-256', kid: 'no-point', x: 'AA', y: 'AA' },
  { ...rsa.jwk, kid: 'small', n: Buffer.alloc(64, 0xff).toString('base64url') },
]

const bearing = (token: string) => ({ headers: { authorization: `Bearer ${token}` } })
const LIST = 'GET /v1/consents'

async function refusedFor(reason: string): Promise<number> {
  const text = await (await fetch(`${broker.internalUrl}/metrics`)).text()
  return Number(
    new RegExp(`^token_broker_callers_refused_total{reason="${reason}"} (\\d+)$`, 'm').exec(text)?.[1] ?? 0,
  )
}

t.test(
  'a provider that is away when the broker starts is waited for by nobody but its callers',
  async (t) => {
    t.equal((await fetch(`${broker.internalUrl}/readyz`)).status, 200)
    t.equal((await call(broker, LIST)).status, 200, 'static keys need no provider')
    const early = await call(broker, LIST, bearing(await sign(ec)))
    t.match(early, { status: 503, body: { code: 'identity_provider_unavailable' } })
    t.equal(early.headers.get('retry-after'), '1')
    t.equal(await refusedFor('identity_provider_unavailable'), 1)
    const expired = await call(broker, LIST, bearing(await sign(ec, claims({ exp: 1 }))))
    t.equal(expired.status, 401, 'what is wrong on sight needs no key')

    const provider = await startProvider(whole, Number(new URL(providerAddress).port))
    provider.give(...GIVEN)
    const token = await sign(ec)
    await waitFor('the keys', async () => (await call(broker, LIST, bearing(token))).status === 200)
  },
)

t.test('tokens of every kind that is taken', async (t) => {
  const taken: readonly (readonly [string, Promise<string>])[] = [
    ['RS256', sign(rsa)],
    ['PS256 of the same key', forgePs256()],
    ['ES256', sign(ec)],
    ['EdDSA', sign(ed)],
    ['without a typ', sign(ec, claims(), { typ: undefined })],
    ['typ JWT', sign(ec, claims(), { typ: 'jwt' })],
    ['typ with application/', sign(ec, claims(), { typ: 'application/AT+JWT' })],
    ['one audience of several', sign(ec, claims({ aud: ['other', AUDIENCE] }))],
    ['without iat and nbf', sign(ec, claims({ iat: undefined }))],
    ['just expired, within the tolerance', sign(ec, claims({ exp: Date.now() / 1000 - 5 }))],
    ['soon valid, within the tolerance', sign(ec, claims({ nbf: Date.now() / 1000 + 5 }))],
    ['claims that nobody asked for', sign(ec, claims({ azp: 'x', roles: ['ops'], jti: '1', groups: {} }))],
    ['a long one', sign(ec, claims({ groups: Array.from({ length: 500 }, (_, i) => `group-${i}`) }))],
  ]
  for (const [what, token] of taken)
    t.equal((await call(broker, LIST, bearing(await token))).status, 200, what)
})

async function forgePs256(): Promise<string> {
  const jwk = { ...(await crypto.subtle.exportKey('jwk', rsa.privateKey)) } as JsonWebKey
  const key = { key: jwk, format: 'jwk' as const, padding: 6, saltLength: 32 }
  return forge({ alg: 'PS256', kid: 'rsa' }, claims(), (input) =>
    signBytes('sha256', Buffer.from(input), key),
  )
}

const NEEDS: readonly (readonly [permission: string, route: string, body: object | undefined])[] = [
  ['consents:read', LIST, undefined],
  ['consents:write', 'POST /v1/consents', { scopes: ['psd2:account:balance:read'] }],
  ['tokens', 'POST /v1/client-tokens', { scope: 'psd2:payment:sepa:write' }],
  ['ops', 'GET /v1/status', undefined],
]

t.test('permissions come from scope, one by one', async (t) => {
  for (const scope of [
    ...NEEDS.map(([permission]) => permission),
    'openid profile',
    'OPS token',
    undefined,
    7,
  ]) {
    const token = await sign(ec, claims({ scope: typeof scope === 'string' ? `openid ${scope}` : scope }))
    for (const [permission, route, body] of NEEDS) {
      const { status, headers } = await call(broker, route, { ...bearing(token), body })
      const isEnough = scope === permission || (scope === 'ops' && route === LIST)
      t.equal(status < 300, isEnough, `${scope} for ${route}: ${status}`)
      if (isEnough) continue
      t.equal(status, 403)
      t.match(headers.get('www-authenticate'), /^Bearer realm="token-broker", error="insufficient_scope"/)
      const named = route === LIST ? '"insufficient_scope"' : `scope="${permission}"`
      t.ok(headers.get('www-authenticate')?.endsWith(named))
    }
  }
})

t.test('a caller is the same by key and by JWT, and no other one', async (t) => {
  const body = { scopes: ['psd2:account:balance:read'] }
  const { consent } = (await call(broker, 'POST /v1/consents', { body })).body
  const route = `GET /v1/consents/${consent.id}`
  t.equal((await call(broker, route, bearing(await sign(ec, claims({ sub: 'ledger' }))))).status, 200)
  for (const sub of ['other', 'Ledger', 'ledger2']) {
    t.equal((await call(broker, route, bearing(await sign(ec, claims({ sub }))))).status, 404, sub)
  }
})

const REFUSED = refusedTokens({ rsa, ec, stranger, withdrawn, hmacKey, providerAddress })

t.test('tokens of every kind that is not taken', async (t) => {
  for (const [what, made, reason] of REFUSED) {
    const token = await made
    const before = await refusedFor(reason)
    const { status, headers, text } = await call(broker, LIST, bearing(token))
    t.equal(status, 401, what)
    const challenge = headers.get('www-authenticate') ?? ''
    t.match(
      challenge,
      /^Bearer realm="token-broker", error="invalid_token", error_description="[^"\\]+"$/,
      what,
    )
    t.equal((await refusedFor(reason)) - before, 1, `${what}: for ${reason}, ${challenge}`)
    for (const part of token.split('.').filter((one) => one.length > 9)) {
      t.notOk(text.includes(part) || challenge.includes(part), what)
    }
  }
})

t.test('a token too large for a header', async (t) => {
  const token = await sign(ec, claims(), { kid: 'k'.repeat(100_000) })
  t.equal((await call(broker, LIST, bearing(token)).catch(() => ({ status: 431 }))).status, 431)
  t.equal((await call(broker, LIST, bearing(`ey${'J'.repeat(8_192)}.e30.`))).status, 401)
})

t.test('a token in a place where none belongs', async (t) => {
  const token = await sign(ec)
  const places: readonly (readonly [string, string, object])[] = [
    ['query', `${LIST}?access_token=${token}`, { authorization: '' }],
    ['cookie', LIST, { authorization: '', cookie: `access_token=${token}` }],
    ['Basic', LIST, { authorization: `Basic ${Buffer.from(`ledger:${token}`).toString('base64')}` }],
    ['no scheme', LIST, { authorization: token }],
    ['DPoP', LIST, { authorization: `DPoP ${token}` }],
    ['two in one', LIST, { authorization: `Bearer ${token}, Bearer ${token}` }],
    ['with a space in it', LIST, { authorization: `Bearer ${token.replace('.', '. ')}` }],
  ]
  for (const [where, route, headers] of places) {
    t.equal((await call(broker, route, { headers: headers as Record<string, string> })).status, 401, where)
  }
  const form = { authorization: '', 'content-type': 'application/x-www-form-urlencoded' }
  const posted = await call(broker, 'POST /v1/consents', { headers: form, body: `access_token=${token}` })
  t.equal(posted.status, 401, 'body')
})

t.test('of two Authorization headers none is taken, in whichever order', async (t) => {
  const { request } = await import('node:http')
  const good = `Bearer ${KEYS.ledger}`
  for (const pair of [
    [good, good],
    [good, 'Bearer x'],
    ['Bearer x', good],
  ]) {
    const status = await new Promise((resolve, reject) => {
      const sent = request(
        `${broker.internalUrl}/v1/consents`,
        { headers: { Authorization: pair } },
        (answer) => resolve(answer.resume().statusCode),
      )
      sent.on('error', reject).end()
    })
    t.equal(status, 400)
  }
})

t.test('a token of which anything was changed is refused', async (t) => {
  const token = await sign(ec)
  t.equal((await call(broker, LIST, bearing(token))).status, 200)
  const alphabet = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=+/~']
  const change = fc.record({
    at: fc.nat(token.length - 1),
    cut: fc.nat(2),
    put: fc.array(fc.constantFrom(...alphabet), { maxLength: 2 }).map((chars) => chars.join('')),
  })
  const property = fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 3 }), async (changes) => {
    const changed = changes.reduce(
      (text, { at, cut, put }) => text.slice(0, at) + put + text.slice(at + cut),
      token,
    )
    fc.pre(changed !== token)
    const { status } = await call(broker, LIST, bearing(changed))
    return status === 401
  })
  await fc.assert(property, { numRuns: 300 })
  const last = token.slice(0, -1)
  for (const char of alphabet.filter((one) => !token.endsWith(one))) {
    t.equal((await call(broker, LIST, bearing(last + char))).status, 401, `ends in ${char}`)
  }
})

t.test('nothing of a token is logged, but that and why it was refused', async (t) => {
  const logged = broker.logged.join('\n')
  for (const [what, made] of REFUSED) {
    for (const part of (await made).split('.').filter((one) => one.length > 20)) {
      t.notOk(logged.includes(part), what)
    }
  }
  for (const word of ['dev/null', 'evil', ...KIDS.filter((kid) => kid.length > 5)])
    t.notOk(logged.includes(word), word)
  t.match(logged, /"status":401,.*"reason":"signature","msg":"request"/)
})
