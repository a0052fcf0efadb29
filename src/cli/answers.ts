import type { Static } from 'typebox'
import type { ConsentEventSchema, ConsentSchema, StartedSchema } from '../http/schemas/consent.ts'
import type { HoldSchema, StatusSchema } from '../http/schemas/operations.ts'

/** What the API answers; a broker of another version may leave out what is optional here. */
export type Consent = Omit<Shown, 'explanation'> & Partial<Pick<Shown, 'explanation'>>
type Shown = Static<typeof ConsentSchema>
export type ConsentEvent = Static<typeof ConsentEventSchema>
export type Started = Static<typeof StartedSchema>
export type Hold = Static<typeof HoldSchema>
export type Status = Omit<Counted, 'counted_at'> &
  Partial<Pick<Counted, 'counted_at'>> & {
    readonly webhooks?: {
      readonly subscribers: number
      readonly pending: number
      readonly dead: number
      readonly oldest_pending_at: string | null
    }
  }
type Counted = Static<typeof StatusSchema>

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
