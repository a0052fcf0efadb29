/** The products whose scopes cannot be combined with each other (ABNAMRO.md §2). */
export type Product = 'account' | 'sepa' | 'xborder' | 'recurrent' | 'batch'

const productOf: ReadonlyMap<string, Product> = new Map([
  ['psd2:account:details:read', 'account'],
  ['psd2:account:balance:read', 'account'],
  ['psd2:account:transaction:read', 'account'],
  ['psd2:account:funds:read', 'account'],
  ['psd2:payment:sepa:write', 'sepa'],
  ['psd2:payment:sepa:read', 'sepa'],
  ['psd2:payment:xborder:write', 'xborder'],
  ['psd2:payment:recurrent:sepa:write', 'recurrent'],
  ['psd2:payment:recurrent:sepa:delete', 'recurrent'],
  ['psd2:payment:batchsct:write', 'batch'],
  ['psd2:payment:batchsdd:write', 'batch'],
])

/** The scopes that register a payment before any customer is involved (ABNAMRO.md §2). */
export const clientScopes: readonly string[] = [
  'psd2:payment:sepa:write',
  'psd2:payment:xborder:write',
  'psd2:payment:recurrent:sepa:write',
]

/** The scopes of a first practice grant nobody chose scopes for. */
export const accountScopes: readonly string[] = [
  'psd2:account:details:read',
  'psd2:account:balance:read',
  'psd2:account:transaction:read',
]

/** Splits a scope parameter (RFC 6749 §3.3). */
export function splitScopes(scope: string): string[] {
  return [...new Set(scope.split(' ').filter((one) => one !== ''))]
}

/** Tells which product a scope is for. */
export function productOfScope(scope: string): Product | undefined {
  return productOf.get(scope)
}

/** Tells which product a list of scopes is for; all must be of one (ABNAMRO.md §2). */
export function productOfScopes(scopes: readonly string[]): Product | undefined {
  const products = new Set(scopes.map(productOfScope))
  return products.size === 1 ? [...products][0] : undefined
}

/** Tells whether one consent may carry these scopes together (ABNAMRO.md §2, PIS 1.2.1). */
export function areCombinable(scopes: readonly string[]): boolean {
  const product = productOfScopes(scopes)
  if (product === undefined) return false
  if (scopes.some((scope) => scope.endsWith(':delete'))) return scopes.length === 1
  // The bank's own sample holds both batch writes, against its rule.
  if (product === 'batch') return true
  return scopes.filter((scope) => scope.endsWith(':write')).length <= 1
}

/** Tells whether a consent is for one registered payment, and so needs its transactionId (ABNAMRO.md §1.2). */
export function needsTransactionId(scopes: readonly string[]): boolean {
  const product = productOfScopes(scopes)
  return product !== 'account' && product !== 'batch'
}
