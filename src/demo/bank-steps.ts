import { maskIban } from '../core/consent.ts'
import type { ConsentAnswer, TokenAnswer } from './api.ts'
import { API_KEY, urlsOf } from './broker-settings.ts'
import { plural } from './progress.ts'
import type { Run } from './start.ts'

interface Balance {
  readonly amount: number
  readonly currency: string
}

/** Asks Consent Info whose account the token is for, and gives its IBAN. */
export function readAccount(run: Run, token: TokenAnswer, consent: ConsentAnswer): Promise<string> {
  return run.progress.step('consent info', async (tell) => {
    const { iban } = await askBank<{ iban: string }>(run, token, '/consentinfo')
    const account = maskIban(iban)
    if (account !== consent.account) throw new Error(`the bank tells of another account: ${account}`)
    tell(`the bank takes the new token: it is for ${account}`)
    return iban
  })
}

/** Shows that a token that was handed out fetches something. */
export function readBalance(run: Run, token: TokenAnswer, iban: string): Promise<void> {
  return run.progress.step('balance', async (tell) => {
    const { amount, currency } = await askBank<Balance>(run, token, `/accounts/${iban}/balances`)
    tell(`the account's balance with that token: ${inMoney(amount, currency)}`)
  })
}

/** The bank's API, asked as a service does that was handed a token (ABNAMRO.md §1.4). */
async function askBank<T>({ args, fetchPage }: Run, token: TokenAnswer, path: string): Promise<T> {
  const headers = { authorization: `Bearer ${token.access_token}`, 'api-key': API_KEY }
  const response = await fetchPage(`${urlsOf(args).bank}/v1${path}`, { headers })
  if (!response.ok) throw new Error(`the bank answered ${response.status}: ${await response.text()}`)
  return (await response.json()) as T
}

/** Counts what the bank was shown; rejects where a refresh token came twice, or was not good. */
export function readLedger({ args, progress, fetchPage }: Run): Promise<number> {
  return progress.step("bank's ledger", async (tell) => {
    const response = await fetchPage(`${urlsOf(args).bank}/practice/ledger`)
    const { totals, presentedMoreThanOnce } = (await response.json()) as {
      totals: { presented: number; rotated: number }
      presentedMoreThanOnce: readonly string[]
    }
    const { presented, rotated } = totals
    if (presented === 0) throw new Error('the bank was shown no refresh token')
    if (presentedMoreThanOnce.length > 0 || rotated !== presented) {
      throw new Error(`of ${presented} presentations only ${rotated} were good, or a token was shown twice`)
    }
    tell(`the bank was shown ${plural(presented, 'refresh token')}, none of them twice`)
    return presented
  })
}

function inMoney(amount: number, currency: string): string {
  return new Intl.NumberFormat('en-GB', { style: 'currency', currency }).format(amount)
}
