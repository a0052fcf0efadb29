import { CONSENT_ID_EXAMPLE } from './common.ts'

const scopes = ['psd2:account:balance:read', 'psd2:account:details:read']

/** An active consent, as it is answered. */
export const CONSENT_EXAMPLE = {
  id: CONSENT_ID_EXAMPLE,
  bank: 'abnamro',
  status: 'active',
  status_reason: null,
  scopes,
  requested_scopes: scopes,
  owner: 'ledger',
  granted_to: ['reporting'],
  customer_reference: 'customer-4711',
  account: 'NL12ABNA******6523',
  transaction_id: null,
  bank_brand: null,
  confirm: false,
  confirmed_at: null,
  created_at: '2026-11-22T12:00:00.000Z',
  authorized_at: '2026-11-22T12:01:00.000Z',
  expires_at: '2027-02-20T12:01:00.000Z',
  erased_at: null,
  days_left: 90,
  renewal_advised_at: '2027-02-06T12:01:00.000Z',
  renewal_advised_in_days: 76,
  refresh: {
    state: 'idle',
    last_success_at: '2026-11-22T13:50:00.000Z',
    next_due_at: '2026-11-22T15:40:00.000Z',
    consecutive_failures: 0,
    last_error: null,
  },
  explanation: {
    why: 'Its tokens are in order, refreshed last on 2026-11-22 13:50 UTC.',
    next: 'They are refreshed next on 2026-11-22 15:40 UTC. The customer must renew it by 2027-02-20 12:01 UTC.',
    attention: 'none',
  },
  metadata: { department: 'bookkeeping' },
}

const NOT_YET = {
  state: 'idle',
  last_success_at: null,
  next_due_at: null,
  consecutive_failures: 0,
  last_error: null,
}

/** The same before the customer has been at the bank. */
export const PENDING_EXAMPLE = {
  ...CONSENT_EXAMPLE,
  status: 'pending',
  account: null,
  authorized_at: null,
  expires_at: null,
  days_left: null,
  renewal_advised_at: null,
  renewal_advised_in_days: null,
  refresh: NOT_YET,
  explanation: {
    why: 'It was started on 2026-11-22 12:00 UTC, and the customer has not finished at the bank yet.',
    next: 'It becomes active when the customer comes back from the bank, and is given up when its link has ended.',
    attention: 'none',
  },
}

/** Imported: authorized elsewhere, and due at once. Its times are those of the import, save its end. */
export const IMPORTED_EXAMPLE = {
  ...CONSENT_EXAMPLE,
  status: 'pending',
  account: null,
  authorized_at: CONSENT_EXAMPLE.created_at,
  expires_at: '2027-01-31T12:00:00.000Z',
  days_left: 70,
  renewal_advised_at: '2027-01-17T12:00:00.000Z',
  renewal_advised_in_days: 56,
  refresh: { ...NOT_YET, state: 'due', next_due_at: CONSENT_EXAMPLE.created_at },
  explanation: {
    why: 'Its chain of tokens was moved in and has not been rotated here yet. Its tokens are due to be refreshed since 2026-11-22 12:00 UTC.',
    next: 'It becomes active with that. They are refreshed as soon as it is their turn.',
    attention: 'none',
  },
}

export const STARTED_EXAMPLE = {
  consent: PENDING_EXAMPLE,
  authorization_url: 'https://consent.example.com/start/nb9dJr0hWnF6Kd3t0vZb0d0XyqQb8b3cWm1V4lXwQ2E',
  authorization_expires_at: '2026-11-22T12:15:00.000Z',
}

/** A renewal: the consent stays as it is until the customer has come back. */
export const RENEWAL_EXAMPLE = { ...STARTED_EXAMPLE, consent: CONSENT_EXAMPLE }

/** The bank asked anew, a day later. */
export const ACCOUNT_EXAMPLE = {
  consent_id: CONSENT_ID_EXAMPLE,
  account: CONSENT_EXAMPLE.account,
  scopes,
  requested_scopes: scopes,
  transaction_id: null,
  checked_at: '2026-11-23T12:00:00.000Z',
  expires_at: CONSENT_EXAMPLE.expires_at,
  days_left: 90,
  renewal_advised_at: CONSENT_EXAMPLE.renewal_advised_at,
  renewal_advised_in_days: 76,
}

export const EVENT_EXAMPLE = {
  id: '1042',
  type: 'consent.activated',
  actor: 'bank',
  detail: { chain: 1 },
  personal: null,
  occurred_at: '2026-11-22T12:01:00.000Z',
}
