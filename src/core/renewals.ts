import type { ExchangeTicket, StagedPair } from './authorization-store.ts'
import { maskIban, normalizeIban } from './consent.ts'
import type { Account } from './consent-store.ts'
import type { CoreSettings, Ports } from './ports.ts'
import { Secret } from './secret.ts'
import { refreshDueAt } from './tokens.ts'
import { pairVersion } from './vault.ts'

export interface Renewals {
  /** Learns a staged pair's account and swaps the pair in, or refuses it; later where the account is unknown yet. */
  check(staged: StagedPair): Promise<void>
  /** Checks the staged pairs whose time has come, also those of a replica that died. */
  checkDue(): Promise<void>
  /** Learns a first authorization's account and scopes; failing costs the tokens nothing. */
  learnAccount(ticket: ExchangeTicket, accessToken: Secret): void
  idle(): Promise<void>
}

const CHECK_EVERY_MS = 15_000

/** Asks Consent Info which account a new chain is for (ABNAMRO.md section 5): saved first, asked after. */
export function createRenewals(ports: Ports, { refreshTimes }: Pick<CoreSettings, 'refreshTimes'>): Renewals {
  const { authorizations, bank, clock, consents, log, vault } = ports
  const learning = new Set<Promise<void>>()

  async function check(staged: StagedPair): Promise<void> {
    const binding = {
      consentId: staged.consentId,
      field: 'access_token',
      version: pairVersion({ chain: staged.chain, version: 1 }),
    } as const
    const info = await bank.consentInfo(await vault.open(staged.accessToken, binding))
    if (info.kind === 'known' && info.iban !== null) return adopt(staged, info.iban, info.scopes)
    if (staged.accessExpiresAt > clock.now()) return
    await authorizations.refuseStaged(staged, 'account_unverified', clock.now())
  }

  async function adopt(staged: StagedPair, iban: string, scopes: readonly string[] | null): Promise<void> {
    const { obtainedAt, accessExpiresAt, authorizedAt } = staged
    const result = await authorizations.adopt({
      staged,
      account: await toAccount(staged.consentId, iban),
      knownAs: vault.searchHashes(normalizeIban(iban)).map(({ hash }) => hash),
      scopes,
      consentExpiresAt: new Date(authorizedAt.getTime() + bank.consentValidityMs),
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
    if (result === 'account_mismatch') await authorizations.refuseStaged(staged, result, clock.now())
  }

  async function toAccount(consentId: string, iban: string): Promise<Account> {
    const normal = normalizeIban(iban)
    return {
      ibanSealed: await vault.seal(new Secret(normal), { consentId, field: 'iban', version: '1' }),
      ibanMasked: maskIban(normal),
      search: vault.searchHash(normal),
    }
  }

  async function learn({ consentId, chain }: ExchangeTicket, accessToken: Secret): Promise<void> {
    const info = await bank.consentInfo(accessToken)
    if (info.kind === 'unknown') {
      log.warn({ consentId, reason: info.reason }, 'account not learned')
      return
    }
    const account = info.iban === null ? null : await toAccount(consentId, info.iban)
    await consents.recordAccount({ consentId, chain, account, scopes: info.scopes })
  }

  function learnAccount(ticket: ExchangeTicket, accessToken: Secret): void {
    const run = learn(ticket, accessToken)
      .catch((err: unknown) => log.warn({ consentId: ticket.consentId, err }, 'account not learned'))
      .finally(() => learning.delete(run))
    learning.add(run)
  }

  async function checkDue(): Promise<void> {
    const now = clock.now()
    const due = await authorizations.takeStaged(now, new Date(now.getTime() + CHECK_EVERY_MS))
    await Promise.all(due.map(check))
  }

  return {
    check,
    checkDue,
    learnAccount,
    idle: async () => {
      await Promise.allSettled(learning)
    },
  }
}
