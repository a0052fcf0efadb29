import type { Static } from 'typebox'
import type { ConsentEventSchema, ConsentSchema, StartedSchema } from '../schemas/consent.ts'
import type { StatusSchema } from '../schemas/operations.ts'
import type { CallerSchema, StatisticsSchema } from '../schemas/statistics.ts'
import type { DeliverySchema } from '../schemas/webhooks.ts'

/** What the status page reads, as the API's own schemas have it: a change that it would not notice does not compile. */
export type Caller = Static<typeof CallerSchema>
export type Consent = Static<typeof ConsentSchema>
export type ConsentEvent = Static<typeof ConsentEventSchema>
export type Started = Static<typeof StartedSchema>
export type Status = Static<typeof StatusSchema>
export type Gate = Status['refresh']['gate']
export type Certificate = Status['bank_certificate']
export type Statistics = Static<typeof StatisticsSchema>
export type Delivery = Static<typeof DeliverySchema>
export type Quarter = Statistics['rotations'][number]

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
