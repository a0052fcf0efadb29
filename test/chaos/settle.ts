import { setTimeout as sleep } from 'node:timers/promises'
import { call } from '../support/api.ts'
import { waitFor } from '../support/wait-for.ts'
import type { World } from './support/world.ts'

const SETTLED_WITHIN_MS = 60_000
const POLL_MS = 200

/** Whether everything came to rest, and what a person had to do for it. */
export interface Settled {
  readonly tookMs: number
  /** What was still going on when the wait was given up, or null. */
  readonly unsettled: string | null
  /** How often the refusal brake had to be looked at by a person, who took it off. */
  readonly brakesTakenOff: number
}

const OPEN = `from consent_tokens t join consents c on c.id = t.consent_id where c.status in ('active', 'pending')`
/** Uncertain, held by a claim whose lease is over, or not rotated though its token has ended. */
const RESTLESS = `select count(*) as left ${OPEN} and ((t.presentations > 0 and t.attempt_id is null)
  or t.lease_until < now() or t.access_expires_at < now() - interval '1 second')`
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
  const restless = await untilNone(world, RESTLESS, takeOffBrake)
  await hold(world)
  const claimed = await untilNone(world, CLAIMED)
  const unsettled = restless ?? claimed
  return { tookMs: performance.now() - startedAt, unsettled, brakesTakenOff }
}

async function untilNone({ sql }: World, query: string, meanwhile = async () => {}): Promise<string | null> {
  let left = 'nobody could count them'
  const none = async () => {
    await sleep(POLL_MS)
    await meanwhile().catch(() => {})
    const [row] = await sql(query).catch(() => [])
    left = `${row?.left ?? '?'} of: ${query}`
    return row !== undefined && Number(row.left) === 0
  }
  return waitFor('rest', none, SETTLED_WITHIN_MS).then(
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
