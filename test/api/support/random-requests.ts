import fc from 'fast-check'
import { anyText as anyString } from '../../support/any-text.ts'
import { DOCUMENT, type Operation } from '../../support/contract.ts'
import { NASTY, TIMES } from './nasty.ts'

export interface RandomRequest {
  readonly operation: string
  readonly route: string
  readonly headers: Record<string, string>
  readonly body: string | undefined
}

const anything = fc.oneof(fc.constantFrom(...NASTY), fc.jsonValue(), anyString())
const anyText = fc.oneof(
  fc.constantFrom(...NASTY.filter((value) => typeof value === 'string' && value.isWellFormed())),
  anyString(),
  fc.constantFrom('active', '1', '50', '200', 'ledger', 'NL12ABNA9999876523'),
) as fc.Arbitrary<string>

const members = [...new Set(Object.values(DOCUMENT.components.schemas).flatMap(propertiesOf))]
const anyName = fc.oneof(fc.constantFrom(...members, '__proto__', 'constructor', 'toString'), fc.string())

function ownMembers(body: Operation['requestBody']): string[] {
  const name =
    String(Object.values(body?.content['application/json']?.schema ?? {})[0])
      .split('/')
      .at(-1) ?? ''
  const own = propertiesOf(DOCUMENT.components.schemas[name] ?? {})
  return own.length === 0 ? ['reason'] : own
}

function propertiesOf(schema: object): string[] {
  return Object.keys('properties' in schema ? (schema.properties as object) : {})
}

/** A body: an example as it is, one that was changed, or something else altogether. */
function bodyOf({ requestBody }: Operation): fc.Arbitrary<string | undefined> {
  const examples = Object.values(requestBody?.content['application/json']?.examples ?? {})
  const values = examples.map(({ value }) => filledIn(value as Record<string, unknown>))
  const example = fc.constantFrom(...(values.length === 0 ? [{}] : values))
  const changed = changedBody(example, ownMembers(requestBody)).map((value) => JSON.stringify(value))
  const json = anything.map((value) => JSON.stringify(value))
  const asShown = { weight: 3, arbitrary: example.map((value) => JSON.stringify(value)) }
  return fc.oneof(asShown, { weight: 5, arbitrary: changed }, json, anyText, fc.constant(undefined))
}

/** An import's example leaves its end to be filled in. */
function filledIn(example: Record<string, unknown>): Record<string, unknown> {
  const tomorrow = new Date(Date.now() + 86_400_000).toISOString()
  return 'expires_at' in example ? { ...example, expires_at: tomorrow } : example
}

/** Members replaced, added or left out. */
function changedBody(example: fc.Arbitrary<Record<string, unknown>>, own: readonly string[]) {
  const name = fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...own) }, anyName)
  const added = fc.dictionary(name, anything, { maxKeys: 2, noNullPrototype: true })
  const omitted = fc.oneof(fc.constant<string[]>([]), fc.subarray(members, { maxLength: 3 }))
  return fc.tuple(example, added, omitted).map(([value, more, names]) => {
    const kept = Object.entries({ ...value, ...more }).filter(([member]) => !names.includes(member))
    return Object.fromEntries(kept)
  })
}

function queryOf({ parameters = [] }: Operation): fc.Arbitrary<string> {
  const names = parameters.filter(({ in: place }) => place === 'query').map(({ name }) => name)
  const name = fc.constantFrom(...(names.length === 0 ? ['unknown'] : [...names, 'unknown']))
  const value = fc.oneof(fc.constantFrom(...TIMES), anyText, anyText)
  const pair = fc.tuple(name, value).map((both) => both.map(encodeURIComponent).join('='))
  const pairs = fc.array(pair, { minLength: 1, maxLength: 3 }).map((all) => `?${all.join('&')}`)
  return fc.oneof({ weight: 3, arbitrary: fc.constant('') }, { weight: 1, arbitrary: pairs })
}

export interface Known {
  readonly ids: readonly string[]
  readonly authorizations: readonly string[]
}

/** The ids of the operations that are called. */
export const OPERATIONS = Object.values(DOCUMENT.paths)
  .flatMap((methods) => Object.values(methods))
  .map(({ operationId }) => operationId)

/** A request to any documented call: often right, and otherwise wrong in every way we could think of. */
export function randomRequest({ ids, authorizations }: Known): fc.Arbitrary<RandomRequest> {
  const operations = Object.entries(DOCUMENT.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  )
  const id = fc.oneof(
    fc.constantFrom(...ids),
    fc.constantFrom(...ids),
    fc.uuid(),
    anyText.map(encodeURIComponent),
  )
  const type = {
    weight: 1,
    arbitrary: fc.constantFrom('text/plain', '', 'application/json; charset=latin1', 'x'),
  }
  const types = fc.oneof({ weight: 9, arbitrary: fc.constant('application/json') }, type)
  const keys = fc.oneof(fc.constant(undefined), fc.constantFrom('again', 'x'.repeat(201), 'a b'))
  return fc.constantFrom(...operations).chain(({ path, method, operation }) =>
    fc
      .record({
        id: id.filter((text) => text !== '' && !text.startsWith('.')),
        query: queryOf(operation),
        body: bodyOf(operation),
        type: types,
        authorization: fc.constantFrom(...authorizations),
        key: keys,
      })
      .map(({ id, query, body, type, authorization, key }) => ({
        operation: operation.operationId,
        route: `${method.toUpperCase()} ${path.replace('{id}', id).replace('{delivery_id}', '4688')}${query}`,
        headers: {
          authorization,
          ...(body === undefined || method === 'get' ? {} : { 'content-type': type }),
          ...(key === undefined ? {} : { 'idempotency-key': key }),
        },
        body: method === 'get' ? undefined : body,
      })),
  )
}
