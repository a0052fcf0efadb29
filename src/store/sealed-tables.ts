import { answerBinding, ibanBinding, resultCodeBinding, verifierBinding } from '../core/bindings.ts'
import { type Binding, pairVersion, type SealedField } from '../core/vault.ts'
import type { Tables } from './schema.ts'

/** What a row is known by and what its ciphertexts are bound to, as JSON gives it. */
export interface SealedContext {
  readonly consent_id: string
  readonly id: string
  readonly authorization_id: string
  readonly state_digest: string
  readonly chain: number
  readonly version: number
}

/** Where sealed values stand, and what each is bound to: the one list of them. */
export interface SealedColumns {
  readonly table: keyof Tables
  /** The primary key, with the types that a cursor is compared as. */
  readonly key: Readonly<Record<string, 'uuid' | 'text'>>
  readonly columns: readonly string[]
  /** What `binding` needs beside the key, as SQL; the table is `t`. */
  readonly context: readonly string[]
  readonly join?: string
  readonly binding: (row: SealedContext, column: string) => Binding
}

export const SEALED_COLUMNS: readonly SealedColumns[] = [
  {
    table: 'consents',
    key: { id: 'uuid' },
    columns: ['iban_sealed'],
    context: [],
    binding: ({ id }) => ibanBinding(id),
  },
  {
    table: 'consent_tokens',
    key: { consent_id: 'uuid' },
    columns: ['access_token', 'refresh_token', 'unreadable_answer'],
    context: ['t.chain', 't.version'],
    binding: pairBinding,
  },
  {
    table: 'staged_tokens',
    key: { authorization_id: 'uuid' },
    columns: ['access_token', 'refresh_token'],
    context: ['t.consent_id', 't.chain'],
    // A pair waits as the first of its chain.
    binding: (row, column) => pairBinding({ ...row, version: 1 }, column),
  },
  {
    table: 'authorizations',
    key: { id: 'uuid' },
    columns: ['result_code'],
    context: ['t.consent_id'],
    binding: ({ consent_id, id }) => resultCodeBinding(consent_id, id),
  },
  {
    table: 'authorization_attempts',
    key: { state_digest: 'text' },
    columns: ['code_verifier'],
    context: ['a.consent_id'],
    join: 'join authorizations a on a.id = t.authorization_id',
    binding: ({ consent_id, state_digest }) => verifierBinding(consent_id, state_digest),
  },
  {
    table: 'idempotency_keys',
    key: { caller: 'text', key_digest: 'text' },
    columns: ['stored_answer'],
    context: ['t.consent_id'],
    binding: ({ consent_id }) => answerBinding(consent_id),
  },
]

/** A pair's columns have the names of their fields. */
function pairBinding(row: SealedContext, column: string): Binding {
  return { consentId: row.consent_id, field: column as SealedField, version: pairVersion(row) }
}
