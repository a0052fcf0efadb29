import type { Static } from 'typebox'
import type { ConsentEventSchema, ConsentSchema, StartedSchema } from '../http/schemas/consent.ts'
import type { HoldSchema, StatusSchema } from '../http/schemas/operations.ts'

/** What the API answers; a broker of another version may leave out what is optional here. */
export type Consent = Static<typeof ConsentSchema> & {
  readonly explanation?: {
    readonly why: string
    readonly next: string
    readonly attention: 'act' | 'watch' | 'none'
  }
}
export type ConsentEvent = Static<typeof ConsentEventSchema>
export type Started = Static<typeof StartedSchema>
export type Hold = Static<typeof HoldSchema>
export type Status = Static<typeof StatusSchema> & {
  readonly counted_at?: string
  readonly webhooks?: {
    readonly subscribers: number
    readonly pending: number
    readonly dead: number
    readonly oldest_pending_at: string | null
  }
}

export interface Delivery {
  readonly id: string
  readonly message_id: string
  readonly subscriber: string
  readonly type: string
  readonly consent_id: string
  readonly state: 'pending' | 'delivered' | 'dead'
  readonly attempts: number
  readonly created_at: string
  readonly next_attempt_at: string | null
  readonly last_attempt_at: string | null
  readonly last_error: string | null
}
