import type { ToldConsent } from './bank.ts'
import { ibanBinding } from './bindings.ts'
import { maskIban, normalizeIban } from './consent.ts'
import type { ConsentStore, LearnedAccount } from './consent-store.ts'
import type { Ports } from './ports.ts'
import { Secret } from './secret.ts'
import type { PairId } from './tokens.ts'

type ChainId = Pick<PairId, 'consentId' | 'chain'>
type Recorded = Awaited<ReturnType<ConsentStore['recordAccount']>>

/** Makes of an IBAN, in whatever spelling, what is stored of it: sealed, masked and findable (DESIGN section 6). */
export async function learnedAccount(
  { vault }: Pick<Ports, 'vault'>,
  consentId: string,
  iban: string,
): Promise<LearnedAccount> {
  const normal = normalizeIban(iban)
  return {
    ibanSealed: await vault.seal(new Secret(normal), ibanBinding(consentId)),
    ibanMasked: maskIban(normal),
    search: vault.searchHash(normal),
    knownAs: vault.searchHashes(normal).map(({ hash }) => hash),
  }
}

/** Records what Consent Info told of a chain in use, by the rules of `recordAccount`. */
export async function recordTold(
  ports: Pick<Ports, 'clock' | 'consents' | 'vault'>,
  { consentId, chain }: ChainId,
  { iban, scopes, transactionId }: ToldConsent,
): Promise<Recorded> {
  const account = iban === null ? null : await learnedAccount(ports, consentId, iban)
  const now = ports.clock.now()
  return ports.consents.recordAccount({ consentId, chain, account, scopes, transactionId, now })
}
