import { strict as assert } from 'node:assert'
import { readFileSync } from 'node:fs'
import { type ErrorObject, Ajv2020 as JsonSchema, type ValidateFunction } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { PROBLEMS, type ProblemCode } from '../../src/http/problem.ts'

interface Media {
  readonly schema: object
  readonly examples?: Record<string, { readonly value: unknown }>
}

export interface Operation {
  readonly operationId: string
  readonly tags?: readonly string[]
  readonly summary?: string
  readonly description?: string
  readonly security?: readonly object[]
  readonly parameters?: readonly { name: string; in: string; required?: boolean; schema: object }[]
  readonly requestBody?: { required?: boolean; content: Record<string, Media> }
  readonly responses: Record<
    string,
    { description: string; headers?: object; content?: Record<string, Media> }
  >
}

export interface OpenApi {
  readonly paths: Record<string, Record<string, Operation>>
  readonly components: { schemas: Record<string, object>; securitySchemes: object }
}

/** The document as committed. */
export const DOCUMENT: OpenApi = JSON.parse(
  readFileSync(new URL('../../openapi/openapi.json', import.meta.url), 'utf8'),
)

// That the document's schemas are schemas is the linter's to tell, once (test/api/openapi.part.ts).
const ajv = new JsonSchema({ strict: false, allErrors: true, validateSchema: false })
addFormats.default(ajv)
ajv.addSchema(DOCUMENT, 'openapi.json')

const validators = new Map<object, ValidateFunction>()

/** What is wrong with a value by a schema of the document; null where nothing is. */
export function schemaProblems(schema: object, value: unknown): ErrorObject[] | null {
  const validate = validators.get(schema) ?? compile(schema)
  validators.set(schema, validate)
  return validate(value) ? null : (validate.errors ?? [])
}

function compile(schema: object): ValidateFunction {
  return ajv.compile(JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"openapi.json#/')))
}

/** Finds the operation of a request; null where the document has none. */
export function findOperation(method: string, path: string): Operation | null {
  const { pathname } = new URL(path, 'http://broker')
  // Literal paths go before those with a parameter, as in the router.
  const patterns = Object.keys(DOCUMENT.paths).sort(
    (a, b) => Number(a.includes('{')) - Number(b.includes('{')),
  )
  const pattern = patterns.find((one) =>
    new RegExp(`^${one.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(pathname),
  )
  return (pattern === undefined ? undefined : DOCUMENT.paths[pattern]?.[method.toLowerCase()]) ?? null
}

export interface Answered {
  readonly status: number
  readonly headers: Pick<Headers, 'get'>
  readonly text: string
}

const PROBLEM = { $ref: '#/components/schemas/Problem' }

/** Raises unless the document tells of such an answer to such a request: status, type, headers and body. */
export function assertDocumented(route: string, answered: Answered): void {
  const [method = '', path = ''] = route.split(' ')
  assertAnswers(findOperation(method === 'HEAD' ? 'GET' : method, path), route, answered)
}

/** Raises unless it is a problem document with one of the statuses: for what no operation of the document takes. */
export function assertNowhere(route: string, answered: Answered, statuses: readonly number[]): void {
  const shown = `${route.slice(0, 200)} answered ${answered.status} ${answered.text.slice(0, 400)}`
  assert.ok(statuses.includes(answered.status), `${shown}: no such route in openapi.json`)
  assert.equal(answered.headers.get('content-type')?.split(';')[0], 'application/problem+json', shown)
  assertProblem(answered, shown)
}

/** The same where the operation is known; null for what no operation takes. */
export function assertAnswers(operation: Operation | null, route: string, answered: Answered): void {
  const { status, headers, text } = answered
  const shown = `${route.slice(0, 200)} answered ${status} ${text.slice(0, 400)}`
  const type = headers.get('content-type')?.split(';')[0] ?? ''
  assert.notEqual(status, 500, shown)
  assert.ok(headers.get('x-request-id'), `${shown}: without X-Request-Id`)
  if (type === 'application/problem+json') assertProblem({ status, headers, text }, shown)
  if (operation === null) {
    assert.ok([400, 404, 405, 414].includes(status), `${shown}: no such route in openapi.json`)
    return
  }
  const documented = operation.responses[status]
  assert.ok(documented, `${shown}: a status that openapi.json does not know`)
  if (route.startsWith('HEAD ') || documented.content === undefined) {
    assert.equal(text, '', shown)
    return
  }
  const media = documented.content[type]
  assert.ok(media, `${shown}: ${type} is not what openapi.json promises`)
  if (!type.endsWith('json')) return
  const body = JSON.parse(text)
  assert.equal(schemaProblems(media.schema, body), null, shown)
  if (type === 'application/problem+json') assertExampled(media, body.code, shown)
}

/** A response that lists its problems lists all of them. */
function assertExampled({ examples = {} }: Media, code: ProblemCode, shown: string): void {
  const listed = Object.values(examples).map(({ value }) => (value as { code: ProblemCode }).code)
  if (listed.length > 0) assert.ok(listed.includes(code), `${shown}: a code that openapi.json does not list`)
}

function assertProblem({ status, headers, text }: Answered, shown: string): void {
  if (text === '') return
  const problem = JSON.parse(text)
  assert.equal(schemaProblems(PROBLEM, problem), null, shown)
  const code: ProblemCode = problem.code
  assert.equal(status, PROBLEMS[code].status, shown)
  assert.equal(problem.status, status, shown)
  assert.equal(problem.request_id, headers.get('x-request-id'), shown)
  assert.equal(headers.get('cache-control'), 'no-store', shown)
  if (status === 401) assert.match(headers.get('www-authenticate') ?? '', /^Bearer /, shown)
  if (status === 405) assert.ok(headers.get('allow'), shown)
  if (status === 503) assert.match(headers.get('retry-after') ?? '', /^[1-9]\d*$/, shown)
}
