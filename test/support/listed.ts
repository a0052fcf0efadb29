import type { ConsentFilter } from '../../src/core/consent-store.ts'

const DAY_MS = 86_400_000

/** Each filter of the list, of something rare where there is such, and what people combine. */
export const LISTED: Readonly<Record<string, (now: Date) => ConsentFilter>> = {
  'no filter': () => ({}),
  'a rare status': () => ({ status: 'reauthorization_required' }),
  'the common status': () => ({ status: 'active' }),
  expired: () => ({ status: 'expired' }),
  'a status nobody has': () => ({ status: 'abandoned' }),
  'a customer': () => ({ customerReference: 'customer-20' }),
  'an account': () => ({ iban: [{ hash: 'hash-30', kid: 'k' }] }),
  'an account nobody has': () => ({ iban: [{ hash: 'none', kid: 'k' }] }),
  'the owner of few': () => ({ owner: 'few' }),
  'the owner of many': () => ({ owner: 'ledger' }),
  'ending within days': (now) => ({ expiresBefore: new Date(now.getTime() + 3 * DAY_MS) }),
  'a status and its owner': () => ({ owner: 'few', status: 'revoked' }),
  'active, ending soon': (now) => ({ status: 'active', expiresBefore: new Date(now.getTime() + 3 * DAY_MS) }),
  "an owner's, ending soon": (now) => ({ owner: 'few', expiresBefore: new Date(now.getTime() + 3 * DAY_MS) }),
  'all filters': (now) => ({
    ...{ owner: 'ledger', status: 'active', customerReference: 'customer-20' },
    ...{ iban: [{ hash: 'hash-30', kid: 'k' }], expiresBefore: new Date(now.getTime() + 100 * DAY_MS) },
  }),
}
