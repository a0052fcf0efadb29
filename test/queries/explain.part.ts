import fc from 'fast-check'
import {
  CONSENT_STATUSES,
  type ConsentStatus,
  effectiveStatus,
  type StatusReason,
} from '../../src/core/consent.ts'
import type { ConsentRecord, Standstill, StoredTokens } from '../../src/core/consent-store.ts'
import { explainConsent } from '../../src/core/explain-consent.ts'
import { refreshActivity } from '../../src/core/refresh-activity.ts'
import type { Sealed } from '../../src/core/vault.ts'
import { t } from '../support/parts.ts'

const NOW = new Date('2026-11-23T08:15:30.000Z')
const DAY_MS = 86_400_000
const MOMENT = { now: NOW, renewalAdvisedBeforeMs: 14 * DAY_MS }
const later = (ms: number) => new Date(NOW.getTime() + ms)

const REASONS: Readonly<Record<StatusReason, true>> = {
  refused_by_bank: true,
  rotation_lost: true,
  cancelled_by_customer: true,
  no_account: true,
  exchange_lost: true,
  exchange_refused: true,
  account_mismatch: true,
}

const TOKENS: StoredTokens = {
  ...{
    consentId: 'c',
    chain: 1,
    version: 3,
    accessToken: 'sealed' as Sealed,
    tokenType: 'Bearer',
    scope: null,
  },
  ...{ obtainedAt: later(-3_600_000), accessExpiresAt: later(3_600_000), dueAt: later(3_000_000) },
  ...{ presentations: 0, attemptId: null, leaseUntil: null, retryAt: null, lastSuccessAt: later(-3_600_000) },
  ...{ consecutiveFailures: 0, lastError: null, rejectionCheckedAt: null, certificate: null },
}

const FAILED = { consecutiveFailures: 3, lastError: 'timeout' }

/** Every state of a rotation, and what it may come with. */
const ROTATIONS: Readonly<Record<string, Partial<StoredTokens> | null>> = {
  none: null,
  idle: {},
  'idle, no refresh planned': { dueAt: null, lastSuccessAt: null },
  'idle after failures': { ...FAILED, accessExpiresAt: later(-1) },
  due: { dueAt: later(-1_000) },
  'due, nothing left': { dueAt: later(-1_000), accessExpiresAt: later(-500) },
  rotating: { attemptId: 'a', leaseUntil: later(60_000), presentations: 1 },
  'waiting, put off': { dueAt: later(-1_000), retryAt: later(30_000) },
  'waiting after failures': { ...FAILED, dueAt: later(-1_000), retryAt: later(30_000) },
  'uncertain once': { presentations: 1, ...FAILED, consecutiveFailures: 1 },
  'uncertain twice': { presentations: 2, accessToken: null },
  silent: { attemptId: 'a', leaseUntil: later(-60_000), presentations: 1 },
}

const GATE = { kind: 'gate', since: later(-60_000) } as const
const STANDSTILLS: readonly (Standstill | null)[] = [
  null,
  { kind: 'hold', by: 'operations', until: later(3_600_000) },
  { ...GATE, reason: 'bank_failing' },
  { ...GATE, reason: 'bank_refuses_us', since: null },
  { ...GATE, reason: 'database_changed' },
  { ...GATE, reason: 'refusal_brake' },
]

interface Made {
  readonly status: ConsentStatus
  readonly statusReason?: StatusReason | null
  readonly rotation?: keyof typeof ROTATIONS
  readonly standstill?: Standstill | null
  readonly expiresAt?: Date | null
  readonly erasedAt?: Date | null
  readonly confirm?: boolean
}

function make({ rotation = 'idle', standstill = null, ...made }: Made): ConsentRecord {
  const changes = ROTATIONS[rotation]
  return {
    consent: {
      ...{ id: 'c', bank: 'abnamro', statusReason: null, requestedScopes: [], scopes: null, owner: 'ledger' },
      ...{
        grantedTo: [],
        customerReference: 'PERSONAL',
        transactionId: 'PERSONAL',
        bankBrand: null,
        confirm: false,
      },
      ...{
        confirmedAt: null,
        bindUserAgent: true,
        ibanMasked: 'PERSONAL',
        chain: 1,
        createdAt: later(-DAY_MS),
      },
      ...{ authorizedAt: later(-DAY_MS), expiresAt: later(89 * DAY_MS), lastAskedAt: null, erasedAt: null },
      ...{ metadata: { a: 'PERSONAL' } },
      ...made,
    },
    tokens: changes === null ? null : { ...TOKENS, ...changes },
    standstill,
  }
}

const ENDS = [null, later(-DAY_MS), later(3 * DAY_MS), later(80 * DAY_MS)]
const MORE = [{}, { confirm: true }, { erasedAt: later(-DAY_MS) }]

/** Each status with each reason, rotation and standstill; and with each end, confirmation and erasure. */
const EVERY: readonly Made[] = CONSENT_STATUSES.flatMap((status) =>
  Object.keys(ROTATIONS).flatMap((rotation) => [
    ...[null, ...(Object.keys(REASONS) as StatusReason[])].flatMap((statusReason) =>
      STANDSTILLS.map((standstill) => ({ status, rotation, statusReason, standstill })),
    ),
    ...ENDS.flatMap((expiresAt) => MORE.map((more) => ({ status, rotation, expiresAt, ...more }))),
  ]),
)

t.test('every state has words, whatever it comes with', async (t) => {
  const records = EVERY.map(make)
  const states = records.map((one) => `${effectiveStatus(one.consent, NOW)} ${refreshActivity(one, NOW)}`)
  t.ok(new Set(states).size >= 30, `${new Set(states).size} states`)
  const told = records.map((record) => explainConsent(record, MOMENT))
  const flaws = told.flatMap(({ why, next }) => [why, next]).filter((words) => !isWell(words))
  t.same([...new Set(flaws)], [])
  t.same([...new Set(told.map(({ attention }) => attention))].sort(), ['act', 'none', 'watch'])
})

/** Whole sentences of plain words. */
function isWell(words: string): boolean {
  const holes = /undefined|null|NaN|\[object|PERSONAL|sealed| {2}|\.\.| \.|Invalid|unknown date/
  return /^[A-Z].*\.$/.test(words) && words.length > 20 && !holes.test(words)
}

const END = 'The customer must renew it by 2027-02-20 08:15 UTC.'
const LIVES = 'The token in hand is good until 2026-11-23 09:15 UTC.'

const GOLDEN: readonly [Made, string, string, string][] = [
  [
    { status: 'active' },
    'Its tokens are in order, refreshed last on 2026-11-23 07:15 UTC.',
    `They are refreshed next on 2026-11-23 09:05 UTC. ${END}`,
    'none',
  ],
  [
    { status: 'reauthorization_required', statusReason: 'refused_by_bank' },
    'The bank refused its refresh token: the customer probably withdrew the consent at the bank. Its last tokens are of 2026-11-23 07:15 UTC.',
    'No more tokens are handed out. Start a renewal and send the customer its link.',
    'act',
  ],
  [
    { status: 'reauthorization_required', statusReason: 'rotation_lost' },
    'An answer of the bank to a refresh never arrived, and with it the refresh token was lost. Its last tokens are of 2026-11-23 07:15 UTC.',
    'The token in hand is handed out until 2026-11-23 09:15 UTC. Start a renewal and send the customer its link.',
    'act',
  ],
  [
    { status: 'active', rotation: 'waiting after failures' },
    'The last 3 refreshes of its tokens failed (timeout).',
    `It is tried again after 2026-11-23 08:16 UTC. ${LIVES} ${END}`,
    'watch',
  ],
  [
    { status: 'active', rotation: 'uncertain once' },
    "The bank's answer to a refresh was lost (timeout): the refresh token may be spent.",
    `${LIVES} The refresh token is presented once more when that is safe. If the bank refuses it then, the customer must renew. ${END}`,
    'watch',
  ],
  [
    { status: 'active', rotation: 'due, nothing left' },
    'Its tokens are due to be refreshed since 2026-11-23 08:15 UTC.',
    `They are refreshed as soon as it is their turn. The token in hand ended on 2026-11-23 08:15 UTC: none is handed out before. If this stays so, see \`GET /v1/status\`. ${END}`,
    'watch',
  ],
  [
    { status: 'active', rotation: 'none', expiresAt: later(3 * DAY_MS) },
    'It is active, but holds no tokens.',
    'Start a renewal and send the customer its link.',
    'act',
  ],
  [
    { status: 'active', standstill: STANDSTILLS[1] ?? null },
    'Refreshing is held by operations until 2026-11-23 09:15 UTC.',
    `It goes on then, or at \`POST /v1/refresher/resume\`. ${LIVES} ${END}`,
    'watch',
  ],
  [
    { status: 'active', expiresAt: later(3 * DAY_MS) },
    'Its tokens are in order, refreshed last on 2026-11-23 07:15 UTC. It ends on 2026-11-26 08:15 UTC.',
    'They are refreshed next on 2026-11-23 09:05 UTC. Start a renewal and send the customer its link. Unless they renew, it ends then.',
    'watch',
  ],
  [
    { status: 'active', expiresAt: later(-1) },
    "The customer's permission ended on 2026-11-23 08:15 UTC.",
    'No more tokens are handed out. Only a renewal mends it: start one and send the customer its link.',
    'none',
  ],
]

t.test('what people read most', async (t) => {
  for (const [made, why, next, attention] of GOLDEN) {
    t.same(explainConsent(make(made), MOMENT), { why, next, attention })
  }
})

t.test('no record is too odd for words', async (t) => {
  const time = fc.option(fc.date({ noInvalidDate: false }), { nil: null })
  const odd = fc.record({
    status: fc.constantFrom(...CONSENT_STATUSES),
    statusReason: fc.constantFrom(null, ...(Object.keys(REASONS) as StatusReason[])),
    rotation: fc.constantFrom(...Object.keys(ROTATIONS)),
    standstill: fc.constantFrom(...STANDSTILLS),
    expiresAt: time,
    erasedAt: time,
    confirm: fc.boolean(),
    tokens: fc.record({ dueAt: time, retryAt: time, leaseUntil: time, lastSuccessAt: time }),
  })
  fc.assert(
    fc.property(odd, fc.date({ noInvalidDate: true }), ({ tokens, ...made }, now) => {
      const record = make(made)
      const told = explainConsent(
        { ...record, tokens: record.tokens && { ...record.tokens, ...tokens } },
        { ...MOMENT, now },
      )
      return told.why.length > 0 && told.next.length > 0
    }),
    { numRuns: 500 },
  )
  t.pass()
})
