import type { OPERATIONS } from './operations.ts'
import type { components, operations } from './schema.ts'

type Schemas = components['schemas']

export type AccessToken = Schemas['AccessToken']
export type Consent = Schemas['Consent']
export type Problem = Schemas['Problem']

/** A call of the API, by its `operationId` in the document. */
export type Operation = keyof typeof OPERATIONS & keyof operations

/** What a call may be given beside what the document has for it. */
export interface CallOptions {
  readonly signal?: AbortSignal | undefined
  /** Such as `X-Request-Id` or `traceparent`. */
  readonly headers?: Readonly<Record<string, string>>
}

/** `path`, `query` and `header` as the document has them, and the JSON body. */
export type Input<Op extends Operation> = Omit<operations[Op]['parameters'], 'cookie'> &
  BodyOf<operations[Op]> &
  CallOptions

type BodyOf<O> = O extends { requestBody: { content: { 'application/json': infer B } } }
  ? { readonly body: B }
  : { readonly body?: OptionalBody<'requestBody' extends keyof O ? O['requestBody'] : never> }

type OptionalBody<R> = R extends { content: { 'application/json': infer B } } ? B : never

/** What a call resolves: the body of its good answer; `undefined` where that has none. */
export type Answer<Op extends Operation> = ContentOf<GoodAnswer<operations[Op]['responses']>>

type GoodAnswer<R> = R[keyof R & (200 | 201 | 202 | 204)]

type ContentOf<R> = R extends { content: { 'application/json': infer B } }
  ? B
  : R extends { content: { 'text/plain': string } }
    ? string
    : undefined
