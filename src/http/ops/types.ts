import type { Static } from 'typebox'
import type { ConsentEventSchema, ConsentSchema, StartedSchema } from '../schemas/consent.ts'
import type { StatusSchema } from '../schemas/operations.ts'
import type { CallerSchema, StatisticsSchema } from '../schemas/statistics.ts'

/** What the status page reads, as the API's own schemas have it: a change that it would not notice does not compile. */
export type Caller = Static<typeof CallerSchema>
export type Consent = Static<typeof ConsentSchema>
export type ConsentEvent = Static<typeof ConsentEventSchema>
export type Started = Static<typeof StartedSchema>
export type Status = Static<typeof StatusSchema> & { webhooks?: Webhooks | null }
export type Gate = Status['refresh']['gate']
export type Certificate = Status['bank_certificate']
export type Statistics = Static<typeof StatisticsSchema>
export type Quarter = Statistics['rotations'][number]

export interface Webhooks {
  subscribers: number
  pending: number
  dead: number
  oldest_pending_at: string | null
}

export interface Delivery {
  id: string
  message_id: string
  subscriber: string
  type: string
  consent_id: string
  state: 'pending' | 'delivered' | 'dead'
  attempts: number
  created_at: string
  next_attempt_at: string | null
  last_attempt_at: string | null
  last_error: string | null
}

export interface Page<T> {
  items: T[]
  next_cursor: string | null
}

/** RFC 9457, as far as the page reads it. */
export interface Problem {
  title: string
  detail: string
  code: string
  field?: string
  request_id: string
}
