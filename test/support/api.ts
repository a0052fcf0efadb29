import { type CallerName, KEYS, type TestBroker } from './broker.ts'
import { assertDocumented } from './contract.ts'

export interface Answer {
  readonly status: number
  readonly headers: Headers
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  readonly body: any
  readonly text: string
}

export interface CallOptions {
  readonly as?: CallerName
  readonly body?: unknown
  readonly headers?: Record<string, string>
}

/** Calls the internal API as a service would, over real HTTP; raises where the answer is not as documented. */
export async function call(
  broker: Pick<TestBroker, 'internalUrl'>,
  route: string,
  { as = 'ledger', body, headers = {} }: CallOptions = {},
): Promise<Answer> {
  const [method = 'GET', path = '/'] = route.split(' ')
  const response = await fetch(new URL(path, broker.internalUrl), {
    method,
    headers: {
      authorization: `Bearer ${KEYS[as]}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  const text = await response.text()
  assertDocumented(route, { status: response.status, headers: response.headers, text })
  return { status: response.status, headers: response.headers, text, body: parse(text) }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
