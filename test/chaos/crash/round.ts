import { setTimeout as delay } from 'node:timers/promises'
import { eventsOf, getConsent, getToken } from '../../support/consents.ts'
import { waitFor } from '../../support/wait-for.ts'
import type { Doomed, Reached, Stage } from './stage.ts'
import type { Step, Trap } from './steps.ts'

/** What a kill came to. */
export interface Round {
  readonly outcome: 'recovered' | 'lost'
  /** The consent's last event, where it was lost. */
  readonly last: { readonly type: string; readonly detail: Record<string, unknown> }
  /** How often the bank was shown the refresh token. */
  readonly presentations: number
  /** In flight together at most. */
  readonly overlap: number
  /** How long the replay came after the earliest that is allowed; null without one. */
  readonly replayedAfterMs: number | null
  readonly reads: number
  readonly refused: number
  /** Who goes on. */
  readonly next: Doomed | null
}

export interface RoundOptions {
  readonly step: Step
  readonly round: number
  readonly salvageWaitMs: number
}

const LIFE_MS = 2_500
const READ_EVERY_MS = 20
const REACHED_WITHIN_MS = 12_000
const OVER_WITHIN_MS = 60_000

/**
 * Kills a process in the middle of a rotation, and sees what becomes of the consent. Null where the process did not
 * come so far in time: on a slow machine it gives a claim back, or leaves the token to the other replica.
 */
export async function playRound(stage: Stage, doomed: Doomed, options: RoundOptions): Promise<Round | null> {
  const { step, round, salvageWaitMs } = options
  const { survivor, bank } = stage
  const { id, grant } = await stage.consent(survivor ?? doomed)
  const known = (await getToken(survivor ?? doomed, id, { min_validity: 0 })).body.access_token
  const token = bank.ledger.currentRefreshToken(grant.grant_id) ?? ''
  const { version } = await rowOf(stage, id)
  const claim = (text: string) =>
    text.includes('presentations = t.presentations + 1') && (survivor === null || text.includes(id))
  const trap = step.set(stage, { id, grantId: grant.grant_id, round, claim, version })
  const endsAt = await begin(stage, doomed, id)
  if (!(await reachedInTime(trap))) return null
  const { lease_until } = await rowOf(stage, id)
  await doomed.main.kill()
  trap.release()
  const comeBack = async () => {
    if (step.late) await untilLost(survivor ?? doomed, id)
    return stage.startDoomed()
  }
  const restarted = survivor === null || step.spools ? comeBack() : null
  const broker = survivor ?? (await restarted) ?? doomed
  const reads = await readUntil(broker, id, endsAt)
  const outcome = await untilOver(broker, id, { known, spools: step.spools })
  const presented = bank.ledger.presentationsOf(token)
  const leaseEnd = lease_until === null ? 0 : lease_until.getTime() + salvageWaitMs
  const [, replay] = presented
  return {
    outcome,
    last: (await eventsOf(broker, id)).at(-1),
    presentations: presented.length,
    overlap: Math.max(0, ...presented.map(({ inFlight }) => inFlight)),
    replayedAfterMs: replay === undefined ? null : replay.presentedAt - Math.max(endsAt, leaseEnd),
    ...reads,
    next: await restarted,
  }
}

/** Has the process rotate it: for a caller where another replica might take it, else in the background. */
async function begin({ sql, survivor }: Stage, doomed: Doomed, id: string): Promise<number> {
  const [{ access_expires_at }] = await sql(
    `update consent_tokens set obtained_at = now() - interval '2 h', due_at = now() + $2::int * interval '1 h',
      access_expires_at = now() + $3::int * interval '1 ms'
      where consent_id = $1 returning access_expires_at`,
    [id, survivor === null ? 0 : 1, LIFE_MS],
  )
  if (survivor !== null) void getToken(doomed, id, { min_validity: 3_600 }).catch(() => 'cut off')
  return access_expires_at.getTime()
}

async function reachedInTime({ reached, release }: Trap): Promise<boolean> {
  const given = new AbortController()
  const late = delay(REACHED_WITHIN_MS, false, { signal: given.signal }).catch(() => false)
  const inTime = await Promise.race([reached.then(() => true).catch(() => false), late])
  given.abort()
  if (!inTime) release()
  return inTime
}

async function rowOf({ sql }: Stage, id: string) {
  const [row] = await sql('select * from consent_tokens where consent_id = $1', [id])
  return row
}

/** Asks for the live token, until its end; now and then for one that lives longer than it. */
async function readUntil(broker: Reached, id: string, endsAt: number) {
  let [reads, refused] = [0, 0]
  while (Date.now() < endsAt) {
    const { status } = await getToken(broker, id, { min_validity: reads % 10 === 5 ? 3_600 : 0 })
    if (Date.now() >= endsAt) break
    reads += 1
    if (status !== 200) refused += 1
    await delay(READ_EVERY_MS)
  }
  return { reads, refused }
}

function untilLost(broker: Reached, id: string): Promise<boolean> {
  const lost = async () => (await getConsent(broker, id)).status !== 'active'
  return waitFor('the token to be given up', lost, OVER_WITHIN_MS)
}

interface Before {
  /** The token that was handed out. */
  readonly known: string
  readonly spools: boolean
}

/** A new token is there, or none will come; an answer that lies in a spool comes back, however late. */
function untilOver(broker: Reached, id: string, { known, spools }: Before): Promise<Round['outcome']> {
  const probe = async () => {
    const { status } = await getConsent(broker, id)
    if (status !== 'active') return spools ? null : 'lost'
    const answer = await getToken(broker, id)
    return answer.status === 200 && answer.body.access_token !== known ? 'recovered' : null
  }
  return waitFor('an outcome', probe, OVER_WITHIN_MS)
}
