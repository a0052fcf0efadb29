import { readFile } from 'node:fs/promises'
import { createConfig, lintFromString } from '@redocly/openapi-core'
import { buildDocument, printDocument } from '../../src/http/internal/document.ts'
import { DOCUMENT, type Operation, schemaProblems } from '../support/contract.ts'
import { t } from '../support/parts.ts'

const FILE = new URL('../../openapi/openapi.json', import.meta.url)
const operations = Object.entries(DOCUMENT.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ name: `${method} ${path}`, method, operation })),
)

t.test('the committed document is that of the routes', async (t) => {
  const fresh = printDocument(await buildDocument())
  const committed = await readFile(FILE, 'utf8')
  t.ok(committed === fresh, 'openapi/openapi.json is stale: run `npm run openapi` and commit it')
})

t.test('a linter finds nothing to complain of, examples included', async (t) => {
  const config = await createConfig({
    extends: ['recommended'],
    rules: {
      'no-invalid-media-type-examples': 'error',
      'no-invalid-schema-examples': 'error',
      // A service of one company: there is no licence to name.
      'info-license': 'off',
    },
  })
  const source = await readFile(FILE, 'utf8')
  const problems = await lintFromString({ source, absoluteRef: FILE.pathname, config })
  const shown = problems.map(({ ruleId, message, location }) => [ruleId, message, location[0]?.pointer])
  t.same(shown, [])
})

t.test('every operation says what it is for', async (t) => {
  const ids = operations.map(({ operation }) => operation.operationId)
  t.equal(new Set(ids).size, ids.length, 'ids are unique')
  for (const { name, operation } of operations) {
    t.match(operation.operationId, /^[a-z][A-Za-z]+$/, name)
    t.equal(operation.tags?.length, 1, name)
    t.ok(operation.summary && operation.description && operation.security, name)
    for (const { name: parameter, schema, ...rest } of operation.parameters ?? []) {
      t.ok('description' in rest, `${name} ${parameter} is described`)
    }
  }
})

t.test('bodies are named schemas, and have examples', async (t) => {
  for (const { name, operation } of operations) {
    for (const [what, media] of mediaOf(operation)) {
      const { schema, examples } = media as { schema: { $ref?: string }; examples?: object }
      if (!name.endsWith('/metrics') && !(name.endsWith('/openapi.json') && what === '200')) {
        t.match(schema.$ref, /^#\/components\/schemas\/[A-Z]\w+$/, `${name} ${what} is a named schema`)
        t.ok(Object.keys(examples ?? {}).length > 0, `${name} ${what} has an example`)
      }
    }
  }
})

t.test('examples are as the schemas say', async (t) => {
  for (const { name, operation } of operations) {
    for (const [what, { schema, examples }] of mediaOf(operation)) {
      for (const { value } of Object.values(examples ?? {})) {
        t.equal(schemaProblems(schema, value), null, `${name} ${what}`)
      }
    }
  }
})

t.test('no example of a request is right for some days only', async (t) => {
  const bodies = operations.flatMap(({ operation }) => Object.values(operation.requestBody?.content ?? {}))
  const text = JSON.stringify(bodies.map(({ examples }) => examples))
  const years = [...text.matchAll(/\b(\d{4})-\d\d-\d\dT/g)].map(([, year]) => year)
  t.same(new Set(years), new Set(['9999']))
})

t.test('what a caller must know of headers is documented', async (t) => {
  for (const { name, operation } of operations) {
    const { 401: unauthorized, 503: unavailable } = operation.responses
    if (unauthorized) {
      t.hasOwnProp(unauthorized.headers ?? {}, 'WWW-Authenticate', name)
      const asks = operation.security?.some((one) => 'caller' in one)
      t.ok(asks, `${name} answers 401 to a caller without a key`)
    }
    const isProblem = unavailable?.content?.['application/problem+json'] !== undefined
    if (isProblem) t.hasOwnProp(unavailable.headers ?? {}, 'Retry-After', name)
  }
})

function mediaOf({ requestBody, responses }: Operation) {
  const answers = Object.entries(responses).map(([status, { content }]) => [status, content] as const)
  return [['request', requestBody?.content] as const, ...answers].flatMap(([what, content]) =>
    Object.values(content ?? {}).map((media) => [what, media] as const),
  )
}
