import type { Bank } from './bank.ts'
import { RequestError } from './errors.ts'

interface Asked {
  readonly scopes: readonly string[]
  readonly transactionId: string | null
  readonly bankBrand: string | null
}

/** Raises `invalid_request` unless the bank knows these scopes together, and the brand (ABNAMRO.md section 2). */
export function assertAskable(bank: Pick<Bank, 'scopeProblem' | 'brands'>, asked: Asked): void {
  const problem = bank.scopeProblem(asked.scopes, asked.transactionId)
  if (problem !== null) throw new RequestError(problem.field, problem.problem)
  if (asked.bankBrand !== null && !bank.brands.includes(asked.bankBrand)) {
    throw new RequestError('bank_brand', `must be one of ${bank.brands.join(', ')}`)
  }
}
