const text = { type: 'string' }
const texts = { type: 'array', items: text }
const count = { type: 'number', minimum: 0 }
/** So that no moment lies beyond the last that a `Date` can hold. */
const span = { ...count, maximum: 1e15 }
const flag = { type: 'boolean' }
const members = { type: 'object' }

function exactly(properties: Record<string, object>, required: readonly string[] = []) {
  return { type: 'object', additionalProperties: false, properties, required }
}

/** The body of `PATCH /practice/settings`. */
export const settingsSchema = exactly({
  clientId: text,
  redirectUris: texts,
  apiKey: text,
  codeTtlMs: count,
  accessTokenTtlSeconds: count,
  consentValidityMs: span,
  gracePeriodMs: count,
  grantedScopes: { ...texts, type: ['array', 'null'] },
  revokeGrantOnReuse: flag,
  revocation: flag,
  clientCertificateSha256: { type: ['string', 'null'] },
  latencyMs: count,
})

/** The body of `POST /practice/grants`. */
export const grantSchema = exactly({
  iban: text,
  scopes: texts,
  transactionId: text,
  consentValidityMs: span,
})

/** The body of `POST /practice/revoke`: one of the three. */
export const revokeSchema = {
  ...exactly({ iban: text, refreshToken: text, grantId: text }),
  minProperties: 1,
  maxProperties: 1,
}

const status = { type: 'integer', minimum: 200, maximum: 599 }

function action(kind: string, properties: Record<string, object> = {}, required: readonly string[] = []) {
  return exactly({ kind: { const: kind }, ...properties }, ['kind', ...required])
}

const body = { type: ['string', 'object'] }

/** The body of `POST /practice/faults`: a FaultRule without functions. */
export const faultSchema = exactly(
  {
    endpoint: { enum: ['token', 'revocation', 'authorization', 'consentinfo', 'accounts', 'payments'] },
    grantType: text,
    refreshToken: text,
    grantId: text,
    iban: text,
    times: { type: ['integer', 'null'], minimum: 1 },
    when: { enum: ['before', 'after'] },
    action: {
      oneOf: [
        action('status', { status, body, headers: { ...members, additionalProperties: text } }, ['status']),
        action('reset'),
        action('delay', { delayMs: count }, ['delayMs']),
        action('hang'),
        action('body', { body, status }, ['body']),
        action('edit', { omit: texts, set: members, truncateTo: count }),
      ],
    },
  },
  ['endpoint', 'action'],
)
