import { type Consent, type ConsentStatus, effectiveStatus, type StatusReason } from './consent.ts'
import type { ConsentRecord } from './consent-store.ts'
import { at, type Explanation, explainRefresh, type Words } from './explain-refresh.ts'
import { regulatoryClock } from './regulatory-clock.ts'

export type { Attention, Explanation } from './explain-refresh.ts'

interface Moment {
  readonly now: Date
  readonly renewalAdvisedBeforeMs: number
}

type Lasting = Exclude<ConsentStatus, 'pending' | 'active'>

const RENEW = 'Start a renewal and send the customer its link.'
const ANEW = 'It is over for good: start a new consent to ask the customer again.'

/** Says in words why a consent is in its state, what happens next, and whether a person must do something. */
export function explainConsent(record: ConsentRecord, moment: Moment): Explanation {
  const { consent } = record
  if (consent.erasedAt !== null) return explainErased(consent, consent.erasedAt)
  const status = effectiveStatus(consent, moment.now)
  switch (status) {
    case 'pending':
      return record.tokens === null ? explainStarted(consent) : explainImported(record, moment)
    case 'active':
      return withConfirmation(consent, withAdvice(consent, moment, explainRefresh(record, moment.now)))
    default:
      return explainLasting(record, status, moment.now)
  }
}

function explainErased({ expiresAt }: Consent, erasedAt: Date): Explanation {
  const ended = expiresAt === null ? '' : ` It was to last until ${at(expiresAt)}.`
  return {
    why: `The consent has ended, and its personal data were erased on ${at(erasedAt)}.${ended}`,
    next: 'Nothing: it cannot be renewed. Start a new consent to ask the customer again.',
    attention: 'none',
  }
}

function explainStarted({ createdAt }: Consent): Explanation {
  return {
    why: `It was started on ${at(createdAt)}, and the customer has not finished at the bank yet.`,
    next: 'It becomes active when the customer comes back from the bank, and is given up when its link has ended.',
    attention: 'none',
  }
}

/** Moved in, or rescued: its rotation says more than its status. */
function explainImported(record: ConsentRecord, { now }: Moment): Explanation {
  const rotated = (record.tokens?.version ?? 1) > 1
  const why = rotated
    ? 'Its chain of tokens was moved in and works; the bank has not shown yet that it is for the account that is known.'
    : 'Its chain of tokens was moved in and has not been rotated here yet.'
  const next = rotated ? 'Consent Info is asked until it tells the account.' : 'It becomes active with that.'
  const { attention, ...refresh } = explainRefresh(record, now)
  return { why: `${why} ${refresh.why}`, next: `${next} ${refresh.next}`, attention }
}

/** A state that ends soon calls for a renewal; one that needs a person has said so. */
function withAdvice(consent: Consent, moment: Moment, words: Explanation): Explanation {
  const { expiresAt } = consent
  if (expiresAt === null || words.attention === 'act') return words
  const advised = regulatoryClock(consent, moment.renewalAdvisedBeforeMs, moment.now)
  if (advised.renewalAdvisedInDays !== 0) {
    return { ...words, next: `${words.next} The customer must renew it by ${at(expiresAt)}.` }
  }
  return {
    why: `${words.why} It ends on ${at(expiresAt)}.`,
    next: `${words.next} ${RENEW} Unless they renew, it ends then.`,
    attention: 'watch',
  }
}

function withConfirmation({ confirm, confirmedAt }: Consent, words: Explanation): Explanation {
  if (!confirm || confirmedAt !== null) return words
  const next = 'No token is handed out before its owner confirms it with the result code of the customer.'
  return { ...words, next: `${words.next} ${next}` }
}

function explainLasting(record: ConsentRecord, status: Lasting, now: Date): Explanation {
  const { consent } = record
  const { attention, words } = LASTING[status]
  const { why, next } = words(consent.statusReason, { record, now })
  return { why, next, attention }
}

const on = (time: Date | null): string => (time === null ? '' : ` on ${at(time)}`)

interface Told {
  readonly record: ConsentRecord
  readonly now: Date
}

type InWords = (reason: StatusReason | null, told: Told) => Words

const LASTING: Readonly<
  Record<Lasting, { readonly attention: Explanation['attention']; readonly words: InWords }>
> = {
  reauthorization_required: { attention: 'act', words: whyChainIsDead },
  rejected: { attention: 'none', words: (reason) => ({ why: WHY_REJECTED(reason), next: ANEW }) },
  failed: { attention: 'none', words: whyFailed },
  abandoned: {
    attention: 'none',
    words: (_, { record }) => ({
      why: `It was started on ${at(record.consent.createdAt)}, and the customer never came back from the bank.`,
      next: ANEW,
    }),
  },
  expired: {
    attention: 'none',
    words: (_, { record }) => ({
      why: `The customer's permission ended${on(record.consent.expiresAt)}.`,
      next: 'No more tokens are handed out. Only a renewal mends it: start one and send the customer its link.',
    }),
  },
  revoked: {
    attention: 'none',
    words: () => ({
      why: 'It was revoked here, and its tokens were deleted; its events tell by whom and when.',
      next: ANEW,
    }),
  },
}

function whyChainIsDead(reason: StatusReason | null, { record: { tokens }, now }: Told): Words {
  const last = tokens?.lastSuccessAt ?? tokens?.obtainedAt ?? null
  const lastTold = last === null ? '' : ` Its last tokens are of ${at(last)}.`
  if (reason === 'refused_by_bank') {
    return {
      why: `The bank refused its refresh token: the customer probably withdrew the consent at the bank.${lastTold}`,
      next: `No more tokens are handed out. ${RENEW}`,
    }
  }
  const living = tokens !== null && tokens.accessToken !== null && tokens.accessExpiresAt > now
  const until = living
    ? `The token in hand is handed out until ${at(tokens.accessExpiresAt)}.`
    : 'No more tokens are handed out.'
  const why =
    reason === 'rotation_lost'
      ? 'An answer of the bank to a refresh never arrived, and with it the refresh token was lost.'
      : `Its chain of tokens is dead${reason === null ? '' : ` (${reason})`}.`
  return { why: `${why}${lastTold}`, next: `${until} ${RENEW}` }
}

const WHY_REJECTED = (reason: StatusReason | null): string => {
  if (reason === 'cancelled_by_customer') return 'The customer cancelled at the bank.'
  if (reason === 'no_account') return 'The customer had no account at the bank that the consent could be for.'
  return `The customer was at the bank, and no consent came of it${reason === null ? '' : ` (${reason})`}.`
}

const WHY_FAILED: Readonly<Record<StatusReason, string>> = {
  exchange_lost:
    "The customer agreed, but the bank's answer with the first tokens never arrived, and its code works once.",
  exchange_refused:
    'The customer agreed, but the bank refused the code that it had given for the first tokens.',
  account_mismatch: 'The chain that was moved in is for another account than the one known.',
  refused_by_bank: 'The bank refused the refresh token that was moved in.',
  rotation_lost: 'The bank never answered to the first refresh of the chain that was moved in.',
  cancelled_by_customer: 'The customer cancelled at the bank.',
  no_account: 'The customer had no account at the bank that the consent could be for.',
}

function whyFailed(reason: StatusReason | null, { record }: Told): Words {
  const why = reason === null ? 'Its first authorization failed.' : WHY_FAILED[reason]
  const moved = record.tokens !== null
  return { why, next: moved ? `Move a newer token of the chain in, if there is one. Else: ${ANEW}` : ANEW }
}
