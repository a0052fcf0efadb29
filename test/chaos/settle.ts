import { setTimeout as sleep } from 'node:timers/promises'
import { call } from '../support/api.ts'
import { waitFor } from '../support/wait-for.ts'
import type { World } from './support/world.ts'

const SETTLED_WITHIN_MS = 60_000
const POLL_MS = 200
const HOLDS_TRIED = 5

/** Whether everything came to rest, and what a person had to do for it. */
export interface Settled {
  readonly tookMs: number
  /** What was still going on when the wait was given up, or null. */
  readonly unsettled: string | null
  /** How often the refusal brake had to be looked at by a person, who took it off. */
  readonly brakesTakenOff: number
}

const OPEN = `from consent_tokens t join consents c on c.id = t.consent_id where c.status in ('active', 'pending')`
/** Uncertain, or held by a claim whose lease is over. */
const ADRIFT = '((t.presentations > 0 and t.attempt_id is null) or t.lease_until < now())'
const UNCERTAIN = `select count(*) as left ${OPEN} and ${ADRIFT}`
/** Or not rotated, though its token has ended. */
const RESTLESS = `select count(*) as left ${OPEN} and (${ADRIFT} or t.access_expires_at < now() - interval '1 second')`
const BRAKED = 'select 1 from bank_gates where braked_at is not null'
const CLAIMED = `select count(*) as left ${OPEN} and t.attempt_id is not null`

/**
 * Waits, with no fault left, until nothing is uncertain and all that lives is rotated in time; then holds
 * refreshing, so that the bank's ledger and the brokers' rows can be compared at rest.
 */
export async function settle(world: World): Promise<Settled> {
  const startedAt = performance.now()
  world.bank.faults.clear()
  await Promise.all(world.replicas.map((replica) => replica.untilReady()))
  const { sql } = world
  let brakesTakenOff = 0
  const takeOffBrake = async () => {
    const [braked] = await sql(BRAKED)
    if (braked === undefined) return
    brakesTakenOff += 1
    await resume(world)
  }
  const unsettled = await comeToRest(world, takeOffBrake)
  return { tookMs: performance.now() - startedAt, unsettled, brakesTakenOff }
}

/**
 * A replay that the hold overtakes is given back, and a claim whose holder died parks under it: neither is at rest,
 * so refreshing is resumed and looked at again.
 */
async function comeToRest(world: World, meanwhile: () => Promise<void>): Promise<string | null> {
  for (let tries = 1; ; tries += 1) {
    const restless = await untilNone(world, RESTLESS, { meanwhile })
    await hold(world)
    const claimed = await untilNone(world, CLAIMED)
    const overtaken = await untilNone(world, UNCERTAIN, { withinMs: 3 * POLL_MS })
    const unsettled = restless ?? claimed ?? overtaken
    if (unsettled === null || tries === HOLDS_TRIED) return unsettled
    await resume(world)
  }
}

interface Patience {
  readonly meanwhile?: () => Promise<void>
  readonly withinMs?: number
}

async function untilNone({ sql }: World, query: string, patience: Patience = {}): Promise<string | null> {
  const { meanwhile = async () => {}, withinMs = SETTLED_WITHIN_MS } = patience
  let left = 'nobody could count them'
  const none = async () => {
    await sleep(POLL_MS)
    await meanwhile().catch(() => {})
    const [row] = await sql(query).catch(() => [])
    left = `${row?.left ?? '?'} of: ${query}`
    return row !== undefined && Number(row.left) === 0
  }
  return waitFor('rest', none, withinMs).then(
    () => null,
    () => left,
  )
}

async function resume({ replicas: [replica] }: World): Promise<void> {
  if (replica !== undefined)
    await call({ internalUrl: replica.url }, 'POST /v1/refresher/resume', { as: 'ops' })
}

async function hold({ replicas }: World): Promise<void> {
  const [replica] = replicas
  if (replica === undefined) return
  const body = { reason: 'the campaign is over' }
  await call({ internalUrl: replica.url }, 'POST /v1/refresher/hold', { as: 'ops', body })
}
