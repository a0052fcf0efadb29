import type { Caller } from '../../src/core/caller.ts'
import type { CoreSettings } from '../../src/core/ports.ts'
import { Secret } from '../../src/core/secret.ts'
import type { Sealed, Vault } from '../../src/core/vault.ts'
import { ACCOUNT, type Call } from './bank-port.ts'
import type { ModelDatabase, Row } from './database.ts'
import type { Folder } from './model-spool.ts'
import { newProcess, type Process, untilThawed } from './process.ts'
import type { Replica } from './replica.ts'
import { ACCESS_TTL_MS } from './settings.ts'
import { type BankVariant, createStrictBank, type StrictBank } from './strict-bank.ts'
import { createTurns, type Turns } from './turns.ts'
import { createVirtualTime, type VirtualTime } from './virtual-time.ts'

/** Where each run begins. */
export interface Setting extends BankVariant {
  readonly replicas: number
  readonly consents: number
  readonly refreshReplay: CoreSettings['refreshReplay']
  readonly probes: boolean
  readonly spools: boolean
  /** Which of several turns at the database goes first, again and again. */
  readonly order: readonly number[]
}

/** What a caller asked, and what came of it. */
export interface Asked {
  readonly by: Replica
  readonly consentId: string
  readonly atMs: number
  /** Of its process by then; the same still where nothing kept it from its work. */
  readonly faults: number
  /** Asked after the consent had been revoked. */
  readonly afterEnd: boolean
  answer: { readonly accessToken: string; readonly state: string } | { readonly code: string } | null
  answeredAtMs: number
}

export interface Exchanged {
  readonly refreshToken: string
  readonly code: string
  readonly by: Process
}

/** A customer on the way: one at a time, since a bank may see two in another order than we do. */
export interface Renewal {
  readonly by: Process
  readonly faults: number
  over: boolean
}

export interface Run {
  readonly setting: Setting
  readonly db: ModelDatabase
  readonly time: VirtualTime
  readonly turns: Turns
  readonly bank: StrictBank
  readonly replicas: Replica[]
  readonly consentIds: readonly string[]
  readonly calls: Call[]
  asked: readonly Asked[]
  /** What was stored when everything last came to rest. */
  rows: readonly Row[]
  /** After how many turns that was. */
  readAt: number
  /** The refresh tokens that were ever in use, beside them those of renewals, and those in a spool. */
  readonly stored: Set<string>
  readonly staged: Set<string>
  readonly spooled: Set<string>
  /** SPOOL_DIR of each place. */
  readonly folders: Map<number, Folder>
  /** The attempts on each refresh token that a process may have taken with it. */
  readonly troubled: Map<string, Set<string>>
  /** The first refresh tokens of renewals whose answers reached a living process. */
  readonly exchanged: Exchanged[]
  /** How often operations brought in another chain: that overtakes a customer on the way. */
  readonly rescues: Map<string, number>
  /** The last renewal of each consent. */
  readonly renewals: Map<string, Renewal>
  /** Consents ended by us, and by their customers. */
  readonly revoked: Set<string>
  /** How many presentations there were when the gate was last seen open. */
  closedAfter: number
  /** No fault of process or database so far: nothing excuses a wrong verdict, not even for a moment. */
  calm: boolean
  readonly trace: string[]
  readonly defects: string[]
  plain(sealed: string): string
  vaultFor(process: Process): Vault
}

export const OWNER: Caller = { id: 'ledger', permissions: new Set(['tokens', 'consents:write', 'ops']) }

/** Sets the scene: a database with consents the bank has given. */
export async function beginRun(db: ModelDatabase, vault: Vault, setting: Setting): Promise<Run> {
  await db.clear()
  const time = createVirtualTime()
  const turns = createTurns({ client: db.client, time, pick: cycle(setting.order) })
  const opened = new Map<string, string>()
  const run: Run = {
    setting,
    db,
    time,
    turns,
    bank: createStrictBank(setting),
    replicas: [],
    consentIds: Array.from({ length: setting.consents }, (_, n) => `00000000-0000-4000-8000-0000000000c${n}`),
    calls: [],
    asked: [],
    rows: [],
    readAt: -1,
    stored: new Set(),
    staged: new Set(),
    spooled: new Set(),
    folders: new Map(),
    troubled: new Map(),
    exchanged: [],
    renewals: new Map(),
    rescues: new Map(),
    revoked: new Set(),
    closedAfter: 0,
    calm: true,
    trace: [],
    defects: [],
    plain: (sealed) => opened.get(sealed) ?? `what nobody sealed: ${sealed}`,
    vaultFor: (process) => watchVault(vault, { process, turns, opened }),
  }
  for (const [n, id] of run.consentIds.entries()) await insertConsent(run, id, n)
  return run
}

function cycle(order: readonly number[]): (count: number) => number {
  let next = 0
  return (count) => {
    if (count < 2) return 0
    next += 1
    return (order[next % Math.max(1, order.length)] ?? 0) % count
  }
}

interface Watched {
  readonly process: Process
  readonly turns: Turns
  readonly opened: Map<string, string>
}

/** The real vault; the model remembers what was sealed, and waits for it. */
function watchVault(vault: Vault, { process, turns, opened }: Watched): Vault {
  return {
    ...vault,
    open: async (sealed, binding) => {
      await untilThawed(process)
      return turns.during(vault.open(sealed, binding))
    },
    seal: async (secret, binding) => {
      await untilThawed(process)
      const sealed = await turns.during(vault.seal(secret, binding))
      opened.set(sealed, secret.reveal())
      return sealed
    },
  }
}

/** The first is due, the next ones later in their lives. */
async function insertConsent(run: Run, id: string, n: number): Promise<void> {
  const nowMs = run.time.nowMs()
  const { accessToken, refreshToken } = run.bank.begin(id, nowMs)
  const vault = run.vaultFor(newProcess('the scene'))
  const seal = (token: string, field: 'access_token' | 'refresh_token'): Promise<Sealed> =>
    vault.seal(new Secret(token), { consentId: id, field, version: '1.1' })
  await run.db.insert({
    id,
    nowMs,
    accessEndsAtMs: nowMs + ACCESS_TTL_MS,
    dueAtMs: nowMs + n * 60_000,
    accessToken: await seal(accessToken, 'access_token'),
    refreshToken: await seal(refreshToken, 'refresh_token'),
    ibanHash: vault.searchHash(ACCOUNT),
  })
}
