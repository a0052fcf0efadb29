/** What subscribers are told of (DESIGN, issue 6), as the events of a consent's history are named. */
export const WEBHOOK_TYPES = [
  'consent.activated',
  'consent.expiring',
  'consent.expired',
  'consent.reauthorization_required',
  'consent.recovered',
  'consent.revoked',
  'consent.renewed',
] as const

export type WebhookType = (typeof WEBHOOK_TYPES)[number]

export const DELIVERY_STATES = ['pending', 'delivered', 'dead'] as const

/** `dead`: given up, to be sent again by hand. */
export type DeliveryState = (typeof DELIVERY_STATES)[number]

/** Who is told, and of what; where and with which secret is the receivers' to know. */
export interface Subscriber {
  readonly id: string
  /** Null: all. */
  readonly events: readonly WebhookType[] | null
  /** Of whose consents; null: everybody's. */
  readonly owners: readonly string[] | null
}

/** What is told: a consent as it was at that moment, without anything personal. */
export interface WebhookMessage {
  /** The same for every subscriber and attempt. */
  readonly messageId: string
  readonly eventId: string
  readonly type: WebhookType
  readonly occurredAt: Date
  readonly consentId: string
  readonly bank: string
  readonly owner: string
  readonly status: string
  readonly statusReason: string | null
  readonly expiresAt: Date | null
  /** Of `consent.expiring`: which of the notices it is. */
  readonly daysLeft: number | null
}

/** A message to one subscriber. */
export interface Delivery extends WebhookMessage {
  readonly id: string
  readonly subscriber: string
  readonly state: DeliveryState
  /** Since it was written, or last sent again by hand. */
  readonly attempts: number
  readonly createdAt: Date
  /** Null unless pending; while it is being sent, when the sender is taken for dead. */
  readonly nextAttemptAt: Date | null
  readonly lastAttemptAt: Date | null
  readonly lastError: string | null
}

/** The right to send a delivery once, before the lease ends. */
export interface ClaimedDelivery extends WebhookMessage {
  readonly id: string
  /** Counts from 1; tells this attempt from others. */
  readonly attempt: number
}

/** What an attempt came to: `released`, where nothing was tried. */
export type Settlement =
  | { readonly outcome: 'delivered' }
  | { readonly outcome: 'failed' | 'dead'; readonly error: string; readonly retryAfterMs: number }
  | { readonly outcome: 'released' }

export interface DeliveryFilter {
  readonly subscriber?: string
  readonly state?: DeliveryState
  readonly consentId?: string
}

export interface WebhookSummary {
  /** That a replica has in its file. */
  readonly subscribers: number
  /** No more than 100,000 are counted. */
  readonly pending: number
  readonly dead: number
  readonly oldestPendingAt: Date | null
}

/** Keeps what is to be told. Every call may raise TryLaterError. */
export interface WebhookStore {
  /** Notes who is told from here on; what they are told of only where `changed`, as another replica may know better. */
  register(subscribers: readonly Subscriber[], options: { readonly changed: boolean }): Promise<void>
  /** Of these subscribers, those who may have something to be sent. */
  waiting(subscribers: readonly string[]): Promise<string[]>
  /**
   * Takes what is due, no two of one consent and none before an earlier one of its consent is done with. `looked`
   * counts what was due, that which has to wait included.
   */
  claim(input: {
    readonly subscriber: string
    readonly limit: number
    readonly leaseMs: number
  }): Promise<{ readonly claimed: ClaimedDelivery[]; readonly looked: number }>
  /** Ends an attempt. That it was delivered counts in any case; the rest while the claim is its own. */
  settle(claim: Pick<ClaimedDelivery, 'id' | 'attempt'>, settlement: Settlement): Promise<void>
  /** Newest first. */
  list(filter: DeliveryFilter, page: { limit: number; before: string | null }): Promise<Delivery[]>
  /** Has it sent anew, under its message id; one that is being sent is left alone. */
  resend(id: string): Promise<Delivery | 'unknown' | 'subscriber_removed'>
  /** Forgets subscribers that no replica had for long and what was done with long ago. */
  tidy(): Promise<void>
  summary(): Promise<WebhookSummary>
}

/** What a receiver said, or did not; `error` is a word of ours, never text of the receiver's. */
export type SendResult =
  | { readonly kind: 'accepted' }
  | { readonly kind: 'refused'; readonly error: string; readonly retryAfterMs: number | null }
  /** 410: it wants no more of this. */
  | { readonly kind: 'gone' }
  /** Ended by the signal, or the subscriber is no more: nothing is known. */
  | { readonly kind: 'given_up' }

/** The subscribers, and the way to them. */
export interface Receivers {
  /** Another array once they have changed. */
  current(): readonly Subscriber[]
  /** Signs and sends once; never raises. */
  send(
    to: string,
    message: { readonly id: string; readonly body: string; readonly at: Date },
    signal: AbortSignal,
  ): Promise<SendResult>
}
