import { answer, NoQuery } from '../schemas/common.ts'
import { problems, WITH_BODY } from '../schemas/problem.ts'
import {
  DEAD_EXAMPLE,
  DELIVERY_EXAMPLE,
  DeliveryPageSchema,
  DeliveryParams,
  DeliveryQuery,
  DeliverySchema,
} from '../schemas/webhooks.ts'
import { ruled } from './ruled.ts'

const tags = ['Operations']

export const list = {
  tags,
  ...ruled(
    'listDeliveries',
    'What subscribers were told and are still to be told, newest first; kept 30 days.',
  ),
  summary: 'List webhook deliveries',
  querystring: DeliveryQuery,
  response: {
    200: answer('A page of them.', DeliveryPageSchema, {
      page: { summary: 'Two', value: { items: [DELIVERY_EXAMPLE, DEAD_EXAMPLE], next_cursor: null } },
    }),
    ...problems(),
  },
}

export const resend = {
  tags,
  ...ruled(
    'resendDelivery',
    'At once, under its message id, with all attempts before it: one that is dead, was delivered, or waits for its next attempt. One that is being sent is left alone.',
  ),
  summary: 'Send a webhook again',
  querystring: NoQuery,
  params: DeliveryParams,
  response: {
    202: answer('The delivery.', DeliverySchema, {
      pending: {
        summary: 'To be sent',
        value: {
          ...DEAD_EXAMPLE,
          state: 'pending',
          attempts: 0,
          next_attempt_at: '2026-11-22T12:00:00.000Z',
        },
      },
    }),
    ...problems(...WITH_BODY, 'delivery_not_found', 'subscriber_removed'),
  },
}
