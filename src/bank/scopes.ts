import type { ScopeProblem } from '../core/bank.ts'
import type { BankProfile, CombinationRule, ScopeRule } from './profiles.ts'

interface NamedRule extends ScopeRule {
  readonly name: string
}

type Check = (rules: readonly NamedRule[]) => string | null

const checks: Readonly<Record<CombinationRule, Check>> = {
  one_kind: mixedKinds,
  delete_alone: accompaniedDelete,
  one_write: severalWrites,
  one_product: severalProducts,
}

/** Says what is wrong with these scopes taken together, or null (ABNAMRO.md section 2). */
export function findScopeProblem(
  profile: BankProfile,
  scopes: readonly string[],
  transactionId: string | null,
): ScopeProblem | null {
  const problem = listProblem(profile, scopes)
  if (problem !== null) return { field: 'scopes', problem }
  const rules = scopes.flatMap((name) => namedRule(profile, name) ?? [])
  for (const rule of profile.combinationRules) {
    const found = checks[rule](rules)
    if (found !== null) return { field: 'scopes', problem: found }
  }
  return transactionProblem(rules, transactionId)
}

/** Says why these scopes cannot be had by client credentials, or null (ABNAMRO.md section 2). */
export function findClientScopeProblem(profile: BankProfile, scope: string): string | null {
  const names = scope.split(' ')
  const problem = listProblem(profile, names)
  if (problem !== null) return problem
  const other = names.find((name) => namedRule(profile, name)?.clientToken !== true)
  return other === undefined ? null : `${other} is granted by a customer, not to the client itself`
}

/** Gives a scope its name in the catalogue: the bank leaves the prefix out now and then. */
export function catalogueName(profile: BankProfile, scope: string): string {
  const prefixed = `${profile.scopePrefix}${scope}`
  return !Object.hasOwn(profile.scopes, scope) && Object.hasOwn(profile.scopes, prefixed) ? prefixed : scope
}

/** The same for several, separated by spaces. */
export function catalogueNames(profile: BankProfile, scope: string): string {
  return scope
    .split(' ')
    .map((name) => catalogueName(profile, name))
    .join(' ')
}

function namedRule(profile: BankProfile, name: string): NamedRule | null {
  const rule = Object.hasOwn(profile.scopes, name) ? profile.scopes[name] : undefined
  return rule === undefined ? null : { ...rule, name }
}

function listProblem(profile: BankProfile, scopes: readonly string[]): string | null {
  if (scopes.length === 0) return 'name at least one scope'
  const unknown = scopes.find((scope) => namedRule(profile, scope) === null)
  if (unknown !== undefined) return `${JSON.stringify(unknown.slice(0, 80))} is not a scope of this bank`
  const twice = scopes.find((scope, at) => scopes.indexOf(scope) !== at)
  return twice === undefined ? null : `${twice} is named twice`
}

function mixedKinds(rules: readonly NamedRule[]): string | null {
  return new Set(rules.map((rule) => rule.kind)).size > 1
    ? 'account and payment scopes cannot be combined in one consent'
    : null
}

function accompaniedDelete(rules: readonly NamedRule[]): string | null {
  const found = rules.length > 1 && rules.find((rule) => rule.action === 'delete')
  return found ? `${found.name} cannot be combined with any other scope` : null
}

function severalWrites(rules: readonly NamedRule[]): string | null {
  const writes = rules.filter((rule) => rule.action === 'write').map((rule) => rule.name)
  return writes.length > 1 ? `${writes.join(' and ')} cannot be combined: one write a consent` : null
}

function severalProducts(rules: readonly NamedRule[]): string | null {
  const products = [...new Set(rules.map((rule) => rule.product))]
  return products.length > 1 ? `scopes of ${products.join(' and ')} cannot be combined` : null
}

function transactionProblem(rules: readonly NamedRule[], transactionId: string | null): ScopeProblem | null {
  const given = transactionId !== null && transactionId.trim() !== ''
  const needing = rules.find((rule) => rule.transaction === 'required')
  if (needing !== undefined) {
    const problem = `${needing.name} needs the id of the registered payment`
    return given ? null : { field: 'transaction_id', problem }
  }
  const [first] = rules
  return first === undefined || transactionId === null
    ? null
    : { field: 'transaction_id', problem: `${first.name} takes no transaction id` }
}
