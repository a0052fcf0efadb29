import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Asked } from '../support/callers.ts'
import type { World } from '../support/world.ts'
import { answersKilled, answersLost, type Finding, needlessSpends, overlaps, thirdSpends } from './answers.ts'
import { type Chain, readChains, wasAnswered } from './chains.ts'
import { explainLosses, isDead, type Limit, type Loss } from './losses.ts'
import { judgeRequests, type Requests } from './refused.ts'
import { replaysTooEarly } from './replays.ts'

/** Everything the comparison of the bank's ledger with the brokers' rows has shown. */
export interface Audit {
  readonly chains: readonly Chain[]
  readonly rotations: number
  readonly spends: number
  readonly replays: number
  readonly replaysThatSaved: number
  readonly losses: readonly Loss[]
  readonly thirds: readonly Finding[]
  readonly overlaps: readonly Finding[]
  readonly needless: readonly Finding[]
  readonly answersLost: readonly Finding[]
  /** How long killed brokers had had the answers that died with them. */
  readonly answersKilledMs: readonly number[]
  readonly replaysTooEarly: readonly Finding[]
  /** What closed the gate, and how often. */
  readonly gateClosings: readonly GateClosing[]
  /** Claimed or uncertain for ever. */
  readonly stuck: readonly Chain[]
  /** Given up, though the bank would roll the very token in the row. */
  readonly deadYetAlive: readonly Chain[]
  /** In use, though the bank does not know the token in the row any more. */
  readonly activeYetSpent: readonly Chain[]
  readonly spooled: number
  readonly requests: Requests
}

/** Limits under which a token may be given up that was never spent: whoever could tell is gone, or was not told. */
const ENDS_UNSPENT = new Set<string>([
  'two_holders_lost',
  'unanswered_twice',
  'holder_lost',
] satisfies Limit[])

export async function audit(
  world: World,
  asked: readonly Asked[],
  forgiven: readonly Limit[],
): Promise<Audit> {
  const chains = await readChains(world)
  const spends = chains.flatMap((chain) => [...chain.spends.values()])
  const replays = spends.flatMap((presentations) => presentations.slice(1))
  const losses = explainLosses(world, chains, forgiven)
  const isCurrent = ({ row, current, livesAtBank }: Chain) => livesAtBank && row.refreshToken === current
  return {
    chains,
    rotations: chains.flatMap(({ presentations }) => presentations.filter(wasAnswered)).length,
    spends: spends.flat().length,
    replays: replays.length,
    replaysThatSaved: replays.filter(wasAnswered).length,
    losses,
    thirds: thirdSpends(chains),
    overlaps: overlaps(chains),
    needless: needlessSpends(world, chains),
    answersLost: answersLost(world, chains),
    answersKilledMs: answersKilled(world, chains),
    replaysTooEarly: replaysTooEarly(world, chains),
    gateClosings: await readGateClosings(world),
    stuck: chains.filter((chain) => !isDead(chain) && (chain.row.isClaimed || chain.row.presentations > 0)),
    deadYetAlive: losses
      .filter(({ chain, said }) => isCurrent(chain) && !ENDS_UNSPENT.has(said))
      .map(({ chain }) => chain),
    activeYetSpent: chains.filter((chain) => !isDead(chain) && !isCurrent(chain)),
    spooled: await countSpooled(world),
    requests: judgeRequests(world, chains, asked),
  }
}

export interface GateClosing {
  readonly reason: string
  readonly times: number
}

async function readGateClosings({ sql }: World): Promise<GateClosing[]> {
  const rows = await sql(
    `select coalesce(detail->>'reason', type) as reason, count(*) as times from bank_events
     where type in ('gate.closed', 'gate.braked') group by 1 order by 1`,
  )
  return rows.map(({ reason, times }) => ({ reason, times: Number(times) }))
}

async function countSpooled({ replicas, folder }: World): Promise<number> {
  const files = await Promise.all(replicas.map(({ name }) => readdir(join(folder, `${name}.spool`))))
  return files.flat().length
}
