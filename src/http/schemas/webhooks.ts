import Type from 'typebox'
import { DELIVERY_STATES, WEBHOOK_TYPES } from '../../core/webhook.ts'
import {
  CALLER_ID,
  CONSENT_ID_EXAMPLE,
  DateTime,
  nextCursor,
  nullable,
  oneOf,
  PageQuery,
  ref,
  time,
} from './common.ts'

const count = (description: string) => Type.Integer({ minimum: 0, description })

export const WEBHOOK_SUMMARY_EXAMPLE = { subscribers: 2, pending: 0, dead: 0, oldest_pending_at: null }

export const WebhookSummarySchema = Type.Object(
  {
    subscribers: count('Those of WEBHOOKS_FILE.'),
    pending: count('Messages still to be told; no more than 100,000 are counted.'),
    dead: count('Messages given up in the last 30 days; counted likewise.'),
    oldest_pending_at: nullable(time('When the oldest of those still to be told was written.')),
  },
  { additionalProperties: false, description: 'What subscribers are told of changes.' },
)

export const DELIVERY_EXAMPLE = {
  id: '4711',
  message_id: 'msg_5f3c1f0e-6f0b-4f6e-9d3a-0b8f5a3f1c11',
  subscriber: 'ledger',
  type: 'consent.renewed',
  consent_id: CONSENT_ID_EXAMPLE,
  state: 'delivered',
  attempts: 1,
  created_at: '2026-11-22T12:00:00.000Z',
  next_attempt_at: null,
  last_attempt_at: '2026-11-22T12:00:00.040Z',
  last_error: null,
}

export const DEAD_EXAMPLE = {
  ...DELIVERY_EXAMPLE,
  id: '4688',
  type: 'consent.reauthorization_required',
  state: 'dead',
  attempts: 10,
  last_attempt_at: '2026-11-22T11:40:00.000Z',
  created_at: '2026-11-19T08:00:00.000Z',
  last_error: 'http_503',
}

export const DeliverySchema = Type.Object(
  {
    id: Type.String(),
    message_id: Type.String({
      description: 'The `webhook-id` that the receiver sees, the same at each attempt.',
    }),
    subscriber: Type.String({ description: 'Its id in WEBHOOKS_FILE.' }),
    type: oneOf(WEBHOOK_TYPES, { description: 'What happened.' }),
    consent_id: Type.String({ format: 'uuid' }),
    state: oneOf(DELIVERY_STATES, { description: '`dead`: given up; it can be sent again.' }),
    attempts: count('Since it was written, or last sent again by hand; ten at most.'),
    created_at: DateTime,
    next_attempt_at: nullable(
      time(
        'Null unless pending. One that waits for an earlier message of its consent is put off again then.',
      ),
    ),
    last_attempt_at: nullable(DateTime),
    last_error: nullable(
      Type.String({ description: 'Why the last attempt failed: `http_503`, `timeout`, `econnrefused`, …' }),
    ),
  },
  { $id: 'Delivery', additionalProperties: false, examples: [DELIVERY_EXAMPLE, DEAD_EXAMPLE] },
)

export const DeliveryPageSchema = Type.Object(
  { items: Type.Array(ref(DeliverySchema)), next_cursor: nextCursor },
  {
    $id: 'DeliveryPage',
    additionalProperties: false,
    examples: [{ items: [DELIVERY_EXAMPLE], next_cursor: null }],
  },
)

export const DeliveryQuery = Type.Object(
  {
    subscriber: Type.Optional(
      Type.String({ minLength: 1, maxLength: 100, pattern: CALLER_ID, description: 'Messages to it.' }),
    ),
    state: Type.Optional(oneOf(DELIVERY_STATES, { description: 'As it is now.' })),
    consent_id: Type.Optional(Type.String({ format: 'uuid', description: 'Messages about it.' })),
    ...PageQuery,
  },
  { additionalProperties: false },
)

export const DeliveryParams = Type.Object(
  {
    delivery_id: Type.String({
      pattern: '^[1-9][0-9]{0,17}$',
      description: 'The delivery.',
      examples: ['4688'],
    }),
  },
  { additionalProperties: false },
)
