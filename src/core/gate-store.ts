import type { OutcomeCounts, QuarterOutcomes } from './outcomes.ts'
import type { ReplayPolicy } from './token-store.ts'

/** Why no refresh token is presented; `refusal_brake` waits for a person, the others for a canary. */
export type GateReason = 'bank_failing' | 'bank_refuses_us' | 'database_changed' | 'refusal_brake'

/** The gate as all replicas share it (DESIGN 4.4). */
export interface GateState {
  readonly reason: GateReason | null
  /** Since when it is closed or braked; null while it is open. */
  readonly since: Date | null
  readonly score: number
  /** Moves when refreshing begins anew. */
  readonly epoch: number
  readonly canaryFailures: number
  readonly nextCanaryAt: Date | null
  readonly healthyAt: Date | null
  /** Held by hand until then; null, or past, where it is not. */
  readonly heldUntil: Date | null
}

export interface GateEvent {
  readonly type: string
  readonly actor: string
  readonly detail: Readonly<Record<string, unknown>>
  readonly occurredAt: Date
}

export interface RotatedCount {
  readonly count: number
  readonly ageMs: number
  /** What else refreshing came to since the last time. */
  readonly outcomes?: OutcomeCounts | null
}

/** An uncertain answer, or one that refuses us rather than a token. */
export interface Fault {
  readonly consentId: string
  readonly kind: 'uncertain' | 'our_fault'
  /** How long to wait for the first canary, should this close the gate. */
  readonly canaryAfterMs: number
}

export interface CanaryTerms {
  readonly canaryId: string
  readonly leaseMs: number
  /** A replay at an open gate waits this long for another consent to prove the bank well. */
  readonly patienceMs: number
  readonly replay: ReplayPolicy
}

/** `well` opens the gate; `failed` spaces the next one further out; `idle` found nothing to try. */
export type CanaryResult = 'well' | 'failed' | 'idle'

/** The gate's row, one a bank. Every call may raise TryLaterError. */
export interface GateStore {
  /** Reads the gate, and closes it first where the database is another than it was: a failover or a restore. */
  read(bank: string): Promise<GateState>
  /** Counts new pairs, and notes that the bank was well `ageMs` ago; the count may be 0 for another good answer. */
  countRotated(bank: string, rotated: RotatedCount): Promise<void>
  /** For statistics alone: what came where nothing was rotated. */
  countOutcomes(bank: string, outcomes: OutcomeCounts): Promise<void>
  /** What refreshing came to in the last 24 hours, by quarters of an hour that have any. */
  outcomes(bank: string): Promise<QuarterOutcomes[]>
  /** Raises the score, once a consent; resolves whether the gate is closed by now. */
  countFault(bank: string, fault: Fault): Promise<boolean>
  /** Makes this the fleet's one canary; null where it is not its time, or where there is nothing to prove. */
  takeCanary(bank: string, terms: CanaryTerms): Promise<'closed' | 'open' | null>
  /** Lets the next canary fly at once, where the gate is closed because the bank refused us. */
  hurryCanary(bank: string): Promise<void>
  endCanary(bank: string, ending: { canaryId: string; result: CanaryResult; waitMs: number }): Promise<void>
  /** What happened to the gate, newest first. */
  events(bank: string, limit: number): Promise<GateEvent[]>
}
