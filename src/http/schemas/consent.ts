import Type from 'typebox'
import { CONSENT_STATUSES } from '../../core/consent.ts'
import { DateTime, nextCursor, nullable, oneOf, ref, time } from './common.ts'
import { ACCOUNT_EXAMPLE, CONSENT_EXAMPLE, EVENT_EXAMPLE, STARTED_EXAMPLE } from './consent-examples.ts'

const REFRESH_STATES = ['idle', 'due', 'rotating', 'waiting', 'uncertain', 'held', 'lost'] as const

export const ConsentStatusSchema = oneOf(CONSENT_STATUSES, {
  $id: 'ConsentStatus',
  description: `\`pending\`: the customer has not finished, or an imported chain waits for its first rotation, and
a rescued consent whose account is known for Consent Info to tell the same one.
\`active\`: tokens are in hand.
\`reauthorization_required\`: the chain of tokens is dead; a renewal mends it.
\`rejected\`, \`failed\`, \`abandoned\`: the first authorization came to nothing; \`failed\`: or the bank refused an imported chain.
\`expired\`: past \`expires_at\`; a renewal mends it.
\`revoked\`: ended by its owner.`,
})

export const RefreshStatusSchema = Type.Object(
  {
    state: oneOf(REFRESH_STATES, {
      description: `What the rotation of its tokens is doing. \`waiting\`: to be tried again later. \`uncertain\`: a
refresh token may be spent without an answer. \`held\`: by hand, or the gate is closed. \`lost\`: no further rotation will come.`,
    }),
    last_success_at: nullable(DateTime),
    next_due_at: nullable(DateTime),
    consecutive_failures: Type.Integer({ minimum: 0 }),
    last_error: nullable(Type.String({ description: 'The last failure, in one word.' })),
  },
  { $id: 'RefreshStatus', additionalProperties: false },
)

export const ExplanationSchema = Type.Object(
  {
    why: Type.String({ description: 'Why the consent is in its state, in whole sentences.' }),
    next: Type.String({ description: 'What happens next, by itself or by somebody.' }),
    attention: oneOf(['act', 'watch', 'none'], {
      description: `\`act\`: a person must do something. \`watch\`: in trouble, or to be renewed; goes on by itself, or will need
someone. \`none\`: all is well, or over.`,
    }),
  },
  {
    $id: 'Explanation',
    additionalProperties: false,
    description: 'For people; the words may change, decide by `status` and `refresh`.',
    examples: [CONSENT_EXAMPLE.explanation],
  },
)

const clockMembers = {
  days_left: nullable(
    Type.Integer({
      minimum: 0,
      description:
        'Whole days until `expires_at`, rounded up; 0 once the consent has ended, null until authorized.',
    }),
  ),
  renewal_advised_at: nullable(
    time(
      'From when a renewal is advised: RENEWAL_ADVISED_BEFORE, or what the bank profile says, ahead of `expires_at`; no sooner than `authorized_at`.',
    ),
  ),
  renewal_advised_in_days: nullable(
    Type.Integer({
      minimum: 0,
      description:
        'Whole days until then, rounded up; 0 means now, also where only a renewal mends the consent. Null until authorized, and where there is nothing to renew.',
    }),
  ),
}

export const ConsentSchema = Type.Object(
  {
    id: Type.String({ format: 'uuid' }),
    bank: Type.String({ description: 'The bank profile.' }),
    status: ref(ConsentStatusSchema),
    status_reason: nullable(
      Type.String({ description: 'Why, where the status alone does not tell: `refused_by_bank`, …' }),
    ),
    scopes: Type.Array(Type.String(), { description: 'As granted; as requested until known.' }),
    requested_scopes: Type.Array(Type.String()),
    owner: Type.String({ description: 'The caller it belongs to.' }),
    granted_to: Type.Array(Type.String(), { description: 'Other callers that may ask for its tokens.' }),
    customer_reference: nullable(Type.String({ description: 'Your own name for the customer.' })),
    account: nullable(Type.String({ description: 'The IBAN, masked; null until known.' })),
    transaction_id: nullable(Type.String({ description: 'Of the registered payment it is for.' })),
    bank_brand: nullable(Type.String()),
    confirm: Type.Boolean({ description: 'Whether tokens are handed out only once it is confirmed.' }),
    confirmed_at: nullable(DateTime),
    created_at: DateTime,
    authorized_at: nullable(DateTime),
    expires_at: nullable(time('When the customer must renew it; null until authorized.')),
    erased_at: nullable(
      time(
        'When its personal data were erased, RETENTION after its end: `customer_reference`, `account`, `transaction_id` and `metadata` are empty from then on, and it cannot be renewed.',
      ),
    ),
    ...clockMembers,
    refresh: ref(RefreshStatusSchema),
    explanation: ref(ExplanationSchema),
    metadata: Type.Record(Type.String(), Type.String(), { description: 'Yours, kept as it is.' }),
  },
  { $id: 'Consent', additionalProperties: false, examples: [CONSENT_EXAMPLE] },
)

export const AccountSchema = Type.Object(
  {
    consent_id: Type.String({ format: 'uuid' }),
    account: nullable(
      Type.String({ description: 'The IBAN, masked; null where the bank has never told it.' }),
    ),
    scopes: Type.Array(Type.String(), {
      description:
        'As the bank grants them now, or as known before where it tells none: there may be fewer than requested.',
    }),
    requested_scopes: Type.Array(Type.String()),
    transaction_id: nullable(
      Type.String({
        description: "Of the registered payment, as the bank tells it; else the consent's own.",
      }),
    ),
    checked_at: time('When the bank answered.'),
    expires_at: nullable(time('When the customer must renew the consent.')),
    ...clockMembers,
  },
  { $id: 'Account', additionalProperties: false, examples: [ACCOUNT_EXAMPLE] },
)

export const StartedSchema = Type.Object(
  {
    consent: ref(ConsentSchema),
    authorization_url: Type.String({ format: 'uri', description: 'Send the customer there.' }),
    authorization_expires_at: time('Until when the link can be opened.'),
  },
  { $id: 'StartedAuthorization', additionalProperties: false, examples: [STARTED_EXAMPLE] },
)

export const ConsentPageSchema = Type.Object(
  { items: Type.Array(ref(ConsentSchema)), next_cursor: nextCursor },
  {
    $id: 'ConsentPage',
    additionalProperties: false,
    examples: [{ items: [CONSENT_EXAMPLE], next_cursor: null }],
  },
)

export const ConsentEventSchema = Type.Object(
  {
    id: Type.String(),
    type: Type.String({
      description: `What happened. Of the consent: \`consent.started\`, \`.imported\`, \`.activated\`, \`.confirmed\`, \`.renewed\`,
\`.recovered\`, \`.reauthorization_required\`, \`.expired\`, \`.rejected\`, \`.failed\`, \`.abandoned\`, \`.revoked\`, \`.erased\`,
\`.rekeyed\`, \`.scopes_narrowed\`, \`.account_mismatch\`, \`.transaction_mismatch\`, \`.access_denied\`. Of an authorization:
\`authorization.received\`, \`authorization.failed\`; of a renewal: \`renewal.started\`, \`.rejected\`, \`.failed\`, \`.refused\`,
\`.abandoned\`. Of a rotation: \`rotation.uncertain\`, \`rotation.unconfirmed\`. Of hand-outs, a count a caller and hour:
\`tokens.handed_out\`.`,
    }),
    actor: Type.String({ description: 'A caller, or `customer`, `bank`, `broker`, `clock`, `rekey`.' }),
    detail: Type.Object({}, { additionalProperties: true, description: 'Never a token, a code or an IBAN.' }),
    personal: nullable(
      Type.Record(Type.String(), Type.String(), {
        description:
          'Whose consent it is: `customer_reference`, `account` (masked). Null where the event tells nothing of it, and once it was erased.',
      }),
    ),
    occurred_at: DateTime,
  },
  { $id: 'ConsentEvent', additionalProperties: false, examples: [EVENT_EXAMPLE] },
)

export const EventPageSchema = Type.Object(
  { items: Type.Array(ref(ConsentEventSchema)), next_cursor: nextCursor },
  {
    $id: 'EventPage',
    additionalProperties: false,
    examples: [{ items: [EVENT_EXAMPLE], next_cursor: null }],
  },
)
