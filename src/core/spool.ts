import type { ExchangedPair, ExchangeTicket } from './authorization-store.ts'
import type { NewPair } from './consent-store.ts'
import type { RotationAttempt } from './token-store.ts'
import type { Sealed } from './vault.ts'

/** An answer of the bank, with the conditions by which it is saved, whenever that is (DESIGN 4.5). */
export type BankAnswer =
  | {
      readonly kind: 'rotation'
      readonly attempt: RotationAttempt
      readonly pair: NewPair
      readonly accountOpen: boolean
    }
  /** Of a first authorization or a renewal; `exchange.kind` tells which. */
  | { readonly kind: 'exchange'; readonly exchanged: ExchangedPair }
  /** A 2xx nobody could read: for a person to save the chain with. */
  | {
      readonly kind: 'unreadable'
      readonly attempt: RotationAttempt
      readonly reason: string
      readonly unreadableAnswer: Sealed
    }
  /** The same, for a code: no row takes it, and its tokens may be imported by hand. */
  | {
      readonly kind: 'unreadable_exchange'
      readonly exchange: ExchangeTicket
      readonly reason: string
      readonly unreadableAnswer: Sealed
    }

export interface SpooledFile {
  readonly file: string
  /** What it was written as; another than `file` where the writing never came to its end. */
  readonly name: string
  readonly changedAt: Date
}

export interface SpoolListing {
  readonly waiting: readonly SpooledFile[]
  /** How many files lie there that an earlier replay could not use. */
  readonly setAside: number
}

/** A folder that outlives the process, for sealed answers; each call raises where the folder can't be used. */
export interface Spool {
  /** Resolves once the file would survive the machine's sudden end. */
  write(name: string, sealed: Sealed): Promise<void>
  list(): Promise<SpoolListing>
  /** Null where another process has removed it meanwhile. */
  read(file: string): Promise<string | null>
  /** Changes nothing where it is gone. */
  remove(file: string): Promise<void>
  /** Keeps it under a name that no replay reads; what it was put aside as, or null where it is gone. */
  setAside(file: string): Promise<string | null>
}
