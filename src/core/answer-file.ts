import type { ExchangeTicket } from './authorization-store.ts'
import { Secret } from './secret.ts'
import type { BankAnswer } from './spool.ts'
import { type Binding, type Sealed, type Vault, VaultError } from './vault.ts'

/** Why a file can't be replayed. */
export type UnusableReason =
  | 'wrong_name'
  | 'unknown_key'
  | 'wrong_place'
  | 'unreadable'
  | 'unknown_format'
  | 'unknown_consent'
  | 'database_behind'
  | 'not_savable'
  | 'exchange_unreadable'

/** A file that is not an answer for this database, or none that this broker can open; it is kept. */
export class UnusableAnswerError extends Error {
  readonly reason: UnusableReason

  constructor(reason: UnusableReason, cause?: unknown) {
    super(
      `This file of the spool cannot be replayed: ${reason}.`,
      cause === undefined ? undefined : { cause },
    )
    this.reason = reason
    this.name = 'UnusableAnswerError'
  }
}

const FORMAT = 1
const UUID = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}'
const NAME = new RegExp(
  `^(${UUID})\\.(?:rotation|exchange|unreadable|unreadable_exchange)\\.${UUID}\\.answer$`,
)
const TIMES = new Set([
  'obtainedAt',
  'accessExpiresAt',
  'dueAt',
  'authorizedAt',
  'consentExpiresAt',
  'checkAfter',
])

/** One name an answer: however often it is written, by whomever, it is one file. */
export function fileNameOf(answer: BankAnswer): string {
  const { consentId, id } = idOf(answer)
  return `${consentId}.${answer.kind}.${id}.answer`
}

export function consentIdOf(answer: BankAnswer): string {
  return idOf(answer).consentId
}

function idOf(answer: BankAnswer): { consentId: string; id: string } {
  switch (answer.kind) {
    case 'exchange':
      return ofTicket(answer.exchanged.exchange)
    case 'unreadable_exchange':
      return ofTicket(answer.exchange)
    default:
      return { consentId: answer.attempt.consentId, id: answer.attempt.attemptId }
  }
}

function ofTicket({ consentId, authorizationId }: ExchangeTicket) {
  return { consentId, id: authorizationId }
}

/** Seals the whole answer, bound to its file's name: a file that was copied over another does not open. */
export function sealAnswer(vault: Vault, answer: BankAnswer): Promise<Sealed> {
  const name = fileNameOf(answer)
  const text = JSON.stringify({ format: FORMAT, answer })
  return vault.seal(new Secret(text), bindingOf(consentIdOf(answer), name))
}

/** Raises UnusableAnswerError for what is none, stands under another name, or was sealed with another key. */
export async function openAnswer(vault: Vault, name: string, sealed: string): Promise<BankAnswer> {
  const [, consentId] = NAME.exec(name) ?? []
  if (consentId === undefined) throw new UnusableAnswerError('wrong_name')
  const text = await openText(vault, sealed, bindingOf(consentId, name))
  return parse(text)
}

/** What opens was sealed by a broker of this ring: nothing but another version's form is to be feared. */
function parse(text: Secret): BankAnswer {
  try {
    const { format, answer } = JSON.parse(text.reveal(), toTimes)
    if (format === FORMAT) return answer
  } catch {
    // The parser's own message quotes the text.
  }
  throw new UnusableAnswerError('unknown_format')
}

async function openText(vault: Vault, sealed: string, binding: Binding): Promise<Secret> {
  try {
    return await vault.open(sealed as Sealed, binding)
  } catch (error) {
    throw error instanceof VaultError ? new UnusableAnswerError(error.code, error) : error
  }
}

function bindingOf(consentId: string, name: string): Binding {
  return { consentId, field: 'spooled_answer', version: name }
}

function toTimes(key: string, value: unknown): unknown {
  return TIMES.has(key) && typeof value === 'string' ? new Date(value) : value
}
