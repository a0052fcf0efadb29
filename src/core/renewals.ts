import type { StagedPair, StagedRefusal } from './authorization-store.ts'
import type { ConsentInfo } from './bank.ts'
import type { UnverifiedPair } from './consent-store.ts'
import type { CoreSettings, Ports } from './ports.ts'
import { learnedAccount, recordTold } from './record-told.ts'
import type { Secret } from './secret.ts'
import { backoffMs, type PairId, refreshDueAt } from './tokens.ts'
import { pairVersion, VaultError } from './vault.ts'

type ChainId = Pick<PairId, 'consentId' | 'chain'>

export interface Renewals {
  /** Learns a staged pair's account and swaps the pair in, or refuses it; later where the account is unknown yet. */
  check(staged: StagedPair): Promise<void>
  /** Checks the staged pairs and rescued chains whose time has come, also those of a replica that died. */
  checkDue(): Promise<void>
  /** Learns the account and scopes of a chain that is in use; failing costs the tokens nothing. */
  learnAccount(chain: ChainId, accessToken: Secret): void
  /** Ends the waiting for a bank that does not tell, and resolves when nothing is asked any more. */
  idle(): Promise<void>
}

const CHECK_EVERY_MS = 15_000
const UNVERIFIED_LIMIT = 20

/** With the back-off's ceiling of a minute: some five minutes of a bank without Consent Info. */
const LEARN_TRIES = 16
/** More than that while the bank does not tell: theirs is asked for with the next rotation. */
const MOST_LEARNING = 1_000

/** Asks Consent Info which account a new chain is for (ABNAMRO.md section 5): saved first, asked after. */
export function createRenewals(ports: Ports, { refreshTimes }: Pick<CoreSettings, 'refreshTimes'>): Renewals {
  const { authorizations, bank, clock, consents, log, vault } = ports
  const learning = new Map<string, Promise<void>>()
  let waiting = new AbortController()

  async function check(staged: StagedPair): Promise<void> {
    try {
      await adoptOrRefuse(staged)
    } catch (err) {
      log.warn({ consentId: staged.consentId, chain: staged.chain, err }, 'renewal not checked yet')
    }
  }

  async function adoptOrRefuse(staged: StagedPair): Promise<void> {
    const info = await ask(staged)
    if (info.kind === 'known' && info.iban !== null) return adopt(staged, info.iban, info.scopes)
    if (staged.accessExpiresAt > clock.now()) return
    await refuse(staged, 'account_unverified')
  }

  /**
   * What is dropped is not revoked at the bank while its consent lives: revoking a refresh token ends its grant there
   * (ABNAMRO.md section 6), and that may be the one in use.
   */
  function refuse(staged: StagedPair, reason: StagedRefusal): Promise<void> {
    return authorizations.refuseStaged(staged, reason, clock.now())
  }

  /** A token that can't be opened tells no more than a bank that does not answer, and ends as that does. */
  async function ask(staged: StagedPair): Promise<ConsentInfo> {
    try {
      return await bank.consentInfo(await openAccessToken({ ...staged, version: 1 }))
    } catch (err) {
      if (!(err instanceof VaultError)) throw err
      log.error({ consentId: staged.consentId, chain: staged.chain, err }, 'staged token cannot be opened')
      return { kind: 'unknown', reason: err.code }
    }
  }

  function openAccessToken(pair: UnverifiedPair): Promise<Secret> {
    const { consentId, accessToken } = pair
    return vault.open(accessToken, { consentId, field: 'access_token', version: pairVersion(pair) })
  }

  async function adopt(staged: StagedPair, iban: string, scopes: readonly string[] | null): Promise<void> {
    const { obtainedAt, accessExpiresAt, consentExpiresAt } = staged
    const result = await authorizations.adopt({
      staged,
      account: await learnedAccount(ports, staged.consentId, iban),
      scopes,
      consentExpiresAt: consentExpiresAt ?? new Date(obtainedAt.getTime() + bank.consentValidityMs),
      dueAt: refreshDueAt({
        obtainedAt,
        ttlMs: accessExpiresAt.getTime() - obtainedAt.getTime(),
        lastAskedAt: obtainedAt,
        times: refreshTimes,
        chance: clock.chance(),
      }),
      now: clock.now(),
    })
    log.info({ consentId: staged.consentId, chain: staged.chain, result }, 'renewal checked')
    if (result === 'account_mismatch') await refuse(staged, result)
  }

  /** Raises where the account is not known yet; what else the bank told is recorded. */
  async function learn({ consentId, chain }: ChainId, accessToken: Secret): Promise<void> {
    const info = await bank.consentInfo(accessToken)
    if (info.kind !== 'known') throw new Error(`Consent Info tells nothing: ${info.reason}.`)
    const result = await recordTold(ports, { consentId, chain }, info)
    if (result === 'unverified') throw new Error('Consent Info tells no account.')
    if (result !== 'recorded') log.warn({ consentId, chain, result }, 'account not recorded')
  }

  async function learnInTheEnd(ticket: ChainId, accessToken: Secret): Promise<void> {
    const { signal } = waiting
    for (let failures = 0; failures < LEARN_TRIES && !signal.aborted; failures += 1) {
      try {
        return await learn(ticket, accessToken)
      } catch (err) {
        log.warn({ consentId: ticket.consentId, err, failures }, 'account not learned yet')
        await clock.sleep(backoffMs(failures, clock.chance()), signal)
      }
    }
  }

  function learnAccount(chain: ChainId, accessToken: Secret): void {
    const key = `${chain.consentId}/${chain.chain}`
    if (learning.has(key) || learning.size >= MOST_LEARNING) return
    learning.set(
      key,
      learnInTheEnd(chain, accessToken).finally(() => learning.delete(key)),
    )
  }

  async function checkDue(): Promise<void> {
    const now = clock.now()
    const due = await authorizations.takeStaged(now, new Date(now.getTime() + CHECK_EVERY_MS))
    await Promise.all([...due.map(check), resumeLearning()])
  }

  /** Rescued consents whose replica ended before the bank had told: nothing is handed out until it has. */
  async function resumeLearning(): Promise<void> {
    for (const pair of await consents.unverified(UNVERIFIED_LIMIT)) {
      try {
        learnAccount(pair, await openAccessToken(pair))
      } catch (err) {
        log.error({ consentId: pair.consentId, err }, 'account not learned: its token cannot be opened')
      }
    }
  }

  return {
    check,
    checkDue,
    learnAccount,
    idle: async () => {
      waiting.abort()
      waiting = new AbortController()
      await Promise.allSettled(learning.values())
    },
  }
}
