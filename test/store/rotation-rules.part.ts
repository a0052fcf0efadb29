import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { beginChain } from '../../src/store/begin-chain.ts'
import { createVerdicts } from '../../src/store/verdicts.ts'
import { t } from '../support/parts.ts'
import { createStoreRig, newPair, TERMS } from './fixtures.ts'
import * as model from './rotation-model.ts'

const { db, store, sql, insertConsent } = await createStoreRig(t)
const verdicts = createVerdicts(db)

interface Run {
  readonly id: string
  readonly state: model.Model
  readonly attempts: model.Attempt[]
}

type Operation = (run: Run, attempt: model.Attempt) => Promise<void>

function attemptOf({ id: consentId }: Run, { id, chain, version, presentation }: model.Attempt) {
  return { consentId, chain, version, attemptId: id, presentation }
}

/** A first presentation, by the store's own claim. */
async function claim({ id, state, attempts }: Run): Promise<void> {
  const { chain = 1, version = 1 } = state.row ?? {}
  const expected = model.mayClaim(state)
  const pair = { consentId: id, chain, version }
  const taken = await store.tokens.claim({ pair, ...TERMS, rejectionEveryMs: null })
  if ((taken !== null) !== expected) throw new Error(`claimed: ${taken !== null}, expected: ${expected}`)
  if (taken !== null && state.row !== null) attempts.push(model.present(state.row, taken.attemptId))
}

/** A second presentation, of a pair that was parked, or whose claim was given up. */
async function replay({ id, state, attempts }: Run): Promise<void> {
  if (state.row === null || state.status !== 'active' || state.row.sent.length !== 1) return
  const attempt = model.present(state.row, randomUUID())
  attempts.push(attempt)
  await sql(
    `update consent_tokens set presentations = presentations + 1, presented_by = presented_by || $2::uuid, attempt_id = $2,
       attempt_started_at = now(), lease_until = now() + interval '1 min', claims = claims + 1,
       uncertain_at = coalesce(uncertain_at, now()),
       uncertain_reasons = case when uncertain_reasons = '{}' then '{claim_lost}' else uncertain_reasons end
     where consent_id = $1`,
    [id, attempt.id],
  )
}

async function settle(run: Run, attempt: model.Attempt): Promise<void> {
  const result = await verdicts.settle(attemptOf(run, attempt), newPair(attempt.id))
  same(result, model.settle(run.state, attempt))
}

async function refuse(run: Run, attempt: model.Attempt): Promise<void> {
  same(await verdicts.refuse(attemptOf(run, attempt), 'invalid_grant'), model.refuse(run.state, attempt))
}

async function park(run: Run, attempt: model.Attempt): Promise<void> {
  const result = await verdicts.park(attemptOf(run, attempt), 'http_500', null)
  same(result, model.endOwn(run.state, attempt) ? 'recorded' : 'not_mine')
}

async function giveBack(run: Run, attempt: model.Attempt): Promise<void> {
  await verdicts.giveBack(attemptOf(run, attempt), { reason: 'http_429', retryAfterMs: 0, counts: true })
  model.giveBack(run.state, attempt)
}

async function lose({ id, state }: Run): Promise<void> {
  await sql(
    `update consent_tokens set access_expires_at = now() - interval '1 h', due_at = least(due_at, now() - interval '1 h'),
       lease_until = lease_until - interval '1 h' where consent_id = $1 and presentations > 0 and due_at is not null`,
    [id],
  )
  await store.housekeeping.run({
    now: new Date(),
    salvageWaitMs: 1,
    codeTtlMs: 60_000,
    retentionMs: null,
    limit: 1_000,
  })
  model.lose(state)
}

async function renew({ id, state }: Run): Promise<void> {
  const chain = model.renew(state)
  if (chain === null) return
  const exchange = { authorizationId: randomUUID(), consentId: id, kind: 'renewal', chain } as const
  await db.transaction().execute(async (tx) => beginChain(tx, exchange, newPair()))
  await sql(`update consents set status = 'active', status_reason = null, chain = $2 where id = $1`, [
    id,
    chain,
  ])
}

async function revoke({ id, state }: Run): Promise<void> {
  await store.consents.revoke(id, 'ledger', new Date())
  model.revoke(state)
}

/** Our certificate is another: pairs of the former are made due, and nothing else of any pair changes. */
async function certificate({ attempts }: Run): Promise<void> {
  const ours = `certificate-${attempts.length % 2}`
  await store.certificates.note(TERMS.bank, ours, 'taken')
  const input = { bank: TERMS.bank, certificate: ours, spreadMs: 60_000, settleMs: 1, limit: 1_000 }
  await store.certificates.makeDue(input)
}

const OPERATIONS = {
  claim,
  replay,
  settle,
  refuse,
  park,
  giveBack,
  lose,
  renew,
  revoke,
  certificate,
} satisfies Record<string, Operation>
const OF_AN_ATTEMPT = new Set<string>(['settle', 'refuse', 'park', 'giveBack'])

async function operate(run: Run, name: keyof typeof OPERATIONS, pick: number): Promise<void> {
  const attempt = run.attempts[run.attempts.length - 1 - (pick % Math.max(1, run.attempts.length))]
  if (attempt === undefined && OF_AN_ATTEMPT.has(name)) return
  await (OPERATIONS[name] as Operation)(run, attempt ?? { id: '', chain: 0, version: 0, presentation: 0 })
  same(await readState(run.id), visible(run.state))
}

async function readState(id: string): Promise<unknown> {
  const [consent] = await sql('select status, status_reason as reason from consents where id = $1', [id])
  const [row = null] = await sql(
    `select chain, version, presentations, attempt_id as attempt, settled_attempt_id as "settledAttempt",
       settled_presentation as "settledPresentation"
     from consent_tokens where consent_id = $1`,
    [id],
  )
  return { ...consent, row }
}

/** What of the rules' state the store must show: the count of presentations, however it comes by it. */
function visible({ row, ...consent }: model.Model): unknown {
  if (row === null) return { ...consent, row }
  const { chain, version, sent, claims: _, refused: __, ...rest } = row
  return { ...consent, row: { chain, version, presentations: sent.length, ...rest } }
}

function same(found: unknown, wanted: unknown): void {
  const [is, should] = [found, wanted].map((value) => JSON.stringify(value))
  if (is !== should) throw new Error(`the store has ${is}, the rules say ${should}`)
}

/** The refusal brake weighs refusals against the good answers. */
await sql(
  `insert into bank_answers (bank, minute, rotated) values ($1, date_trunc('minute', now()), 1000000)`,
  [TERMS.bank],
)

t.test(
  'any interleaving of claims, answers, verdicts, renewals and revocation obeys the rules',
  async (t) => {
    const weighted = fc.oneof(
      { weight: 4, arbitrary: fc.constant('claim' as const) },
      { weight: 2, arbitrary: fc.constantFrom('replay' as const, 'park' as const) },
      { weight: 4, arbitrary: fc.constantFrom('settle' as const, 'giveBack' as const) },
      { weight: 2, arbitrary: fc.constantFrom('refuse' as const, 'lose' as const, 'renew' as const) },
      { weight: 1, arbitrary: fc.constantFrom('revoke' as const, 'certificate' as const) },
    )
    // Claims given back leave a pair as it was: only many of them on one pair come to anything.
    const unsent = fc.constantFrom('claim' as const, 'giveBack' as const)
    const steps = fc.oneof(
      fc.array(fc.tuple(weighted, fc.nat({ max: 3 })), { minLength: 3, maxLength: 16 }),
      fc.array(fc.tuple(unsent, fc.nat({ max: 3 })), { minLength: 6, maxLength: 16 }),
    )
    await fc.assert(
      fc.asyncProperty(steps, async (steps) => {
        const run = { id: await insertConsent(), state: model.newModel(), attempts: [] }
        for (const [name, pick] of steps) await operate(run, name, pick)
      }),
      { numRuns: 80 },
    )
    t.pass('80 interleavings')
  },
)
