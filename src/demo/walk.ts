import type { Api, ConsentAnswer, StartedAnswer, TokenAnswer } from './api.ts'
import { readAccount, readBalance, readLedger } from './bank-steps.ts'
import { createBrowser } from './browser.ts'
import type { Run } from './start.ts'
import { waitFor } from './wait-for.ts'

/** What the demo's consents ask the customer for. */
export const SCOPES = [
  'psd2:account:balance:read',
  'psd2:account:details:read',
  'psd2:account:transaction:read',
]

const IBAN = 'NL12ABNA9999876523'
const EXCHANGE_WITHIN_MS = 10_000
const ROTATION_MARGIN_MS = 30_000

/** What the walk leaves behind. */
export interface Walked {
  readonly consent: ConsentAnswer
  readonly iban: string
  readonly presentations: number
}

/** Walks one consent from its start to a rotated token in use; rejects with the StepError of what failed. */
export async function walk(run: Run, ledger: Api): Promise<Walked> {
  const consent = await giveConsent(run, ledger)
  const first = await askForToken(run, ledger, consent)
  const second = await seeRotation(run, ledger, { consent, first })
  const iban = await readAccount(run, second, consent)
  await readBalance(run, second, iban)
  return { consent, iban, presentations: await readLedger(run) }
}

function giveConsent({ progress, fetchPage, stopping }: Run, ledger: Api): Promise<ConsentAnswer> {
  return progress.step('consent', async (tell) => {
    const body = { scopes: SCOPES, customer_reference: 'demo-walk' }
    const started = await ledger<StartedAnswer>('POST /v1/consents', body)
    await createBrowser(fetchPage).giveConsent(started.authorization_url, IBAN)
    const waiting = { what: 'the account of the consent', withinMs: EXCHANGE_WITHIN_MS, stopping }
    const consent = await waitFor(waiting, async () => {
      const found = await ledger<ConsentAnswer>(`GET /v1/consents/${started.consent.id}`)
      return found.account === null ? null : found
    })
    if (consent.status !== 'active') throw new Error(`it is ${consent.status}, ${consent.status_reason}`)
    tell(`given at the bank for ${consent.account}, active until ${consent.expires_at?.slice(0, 10)}`)
    return consent
  })
}

function askForToken({ progress }: Run, ledger: Api, { id }: ConsentAnswer): Promise<TokenAnswer> {
  return progress.step('token', async (tell) => {
    const token = await ledger<TokenAnswer>(`POST /v1/consents/${id}/token`)
    tell(`handed out: ${short(token)}, ${token.expires_in} s left`)
    return token
  })
}

function seeRotation(
  { args, progress, stopping }: Run,
  ledger: Api,
  { consent: { id }, first }: { consent: ConsentAnswer; first: TokenAnswer },
): Promise<TokenAnswer> {
  return progress.step('rotation', async (tell) => {
    const { refresh } = await ledger<ConsentAnswer>(`GET /v1/consents/${id}`)
    progress.note(`The refresher rotates it at ${clockTime(refresh.next_due_at)}; waiting for that …`)
    const withinMs = args.tokenLifetimeSeconds * 1000 + ROTATION_MARGIN_MS
    const second = await waitFor({ what: 'another token', withinMs, stopping }, async () => {
      // With no validity asked for, no hand-out rotates a token that is alive: only the refresher does.
      const token = await ledger<TokenAnswer>(`POST /v1/consents/${id}/token`, { min_validity: 0 })
      return token.access_token === first.access_token ? null : token
    })
    const spareMs = Date.parse(first.expires_at) - Date.now()
    if (spareMs < 0) throw new Error('the refresher came only after the old token had ended')
    tell(`${short(first)} became ${short(second)}, ${Math.round(spareMs / 1000)} s before its end`)
    return second
  })
}

function short({ access_token }: TokenAnswer): string {
  return `${access_token.slice(0, 6)}…`
}

function clockTime(time: string | null): string {
  return time === null ? 'an unknown time' : new Date(time).toLocaleTimeString('en-GB')
}
