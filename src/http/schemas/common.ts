import Type, { type Static, type TSchema, type TUnsafe } from 'typebox'
import { PROBLEMS, type ProblemCode } from '../problem.ts'

/** Text without control characters: NUL can't be stored, and line breaks can forge a log line. */
export const PLAIN_TEXT = '^[^\\u0000-\\u001f\\u007f]*$'

/** Refers to a named schema of the document, keeping its type. */
export function ref<S extends TSchema & { $id?: string }>(schema: S): TUnsafe<Static<S>> {
  return Type.Unsafe<Static<S>>({ $ref: `${schema.$id}#` })
}

/** A documented answer of a named schema. */
export function answer(description: string, schema: TSchema & { $id?: string }): object {
  return { description, content: { 'application/json': { schema: ref(schema) } } }
}

export const nullable = <S extends TSchema>(schema: S) => Type.Union([schema, Type.Null()])

export const DateTime = Type.String({
  format: 'date-time',
  description: 'RFC 3339, UTC.',
  examples: ['2026-11-22T12:00:00.000Z'],
})

export const ProblemSchema = Type.Object(
  {
    type: Type.String({ description: 'A URN that names the problem.' }),
    title: Type.String(),
    status: Type.Integer(),
    detail: Type.String({ description: 'What went wrong, for a person.' }),
    code: Type.Enum(Object.keys(PROBLEMS), { description: 'What went wrong, for a program.' }),
    request_id: Type.String({ description: 'The X-Request-Id of this request.' }),
    field: Type.Optional(Type.String({ description: 'The part of the request that is wrong.' })),
  },
  {
    $id: 'Problem',
    description: 'RFC 9457 problem details.',
    examples: [problemExample('consent_not_found')],
  },
)

function problemExample(code: ProblemCode) {
  const { status, title } = PROBLEMS[code]
  return {
    type: `urn:token-broker:problem:${code}`,
    title,
    status,
    detail: `${title}.`,
    code,
    request_id: '5f3c1f0e-6f0b-4f6e-9d3a-0b8f5a3f1c11',
  }
}

/** Answers every authenticated call may give. */
const EVERYWHERE = [
  'invalid_request',
  'unauthorized',
  'forbidden',
  'uri_too_long',
  'internal_error',
  'storage_unavailable',
] as const

/** Documents the problems of a route: one answer a status, its codes named, an example each. */
export function problems(...codes: readonly ProblemCode[]): Record<number, object> {
  const byStatus = new Map<number, ProblemCode[]>()
  for (const code of new Set([...EVERYWHERE, ...codes])) {
    const { status } = PROBLEMS[code]
    byStatus.set(status, [...(byStatus.get(status) ?? []), code])
  }
  return Object.fromEntries([...byStatus].map(([status, all]) => [status, problemResponse(all)]))
}

function problemResponse(codes: readonly ProblemCode[]): object {
  const examples = Object.fromEntries(
    codes.map((code) => [code, { summary: PROBLEMS[code].title, value: problemExample(code) }]),
  )
  return {
    description: codes.map((code) => `\`${code}\`: ${PROBLEMS[code].title}.`).join(' '),
    content: { 'application/problem+json': { schema: ref(ProblemSchema), examples } },
  }
}

/** For routes that take none: what is unknown is refused, not ignored. */
export const NoQuery = Type.Object({}, { additionalProperties: false })

export const ConsentIdParams = Type.Object(
  {
    id: Type.String({
      format: 'uuid',
      description: 'The consent.',
      examples: ['0192f0c1-7a68-7b1a-8f10-2b6f3a1c9d55'],
    }),
  },
  { additionalProperties: false },
)

export const PageQuery = {
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, default: 50 })),
  cursor: Type.Optional(
    Type.String({ maxLength: 200, description: 'As `next_cursor` of the page before gave it.' }),
  ),
}
