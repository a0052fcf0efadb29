import Type, { type Static, type TSchema, type TUnsafe } from 'typebox'

/** Text without control characters: NUL can't be stored, and line breaks can forge a log line. */
export const PLAIN_TEXT = '^[^\\u0000-\\u001f\\u007f]*$'

/** The form of a caller's id, as CALLERS_FILE takes it. */
export const CALLER_ID = '^[A-Za-z0-9._:@/-]+$'

type Named = TSchema & { $id?: string }

/** Refers to a named schema of the document, keeping its type. */
export function ref<S extends Named>(schema: S): TUnsafe<Static<S>> {
  return Type.Unsafe<Static<S>>({ $ref: `${schema.$id}#` })
}

/** Examples to choose from in the documentation, each with a line that says what it shows. */
export type Examples = Readonly<Record<string, { readonly summary: string; readonly value: unknown }>>

/** The request body of a route: a named schema, and examples that `moveRequestExamples` puts in their place. */
export function requestBody<S extends Named>(schema: S, examples: Examples) {
  return { body: ref(schema), 'x-request-examples': examples }
}

/** A documented answer of a named schema. */
export function answer(description: string, schema: Named, examples: Examples): object {
  return { description, content: { 'application/json': { schema: ref(schema), examples } } }
}

/** One of a closed set of words. */
export function oneOf<T extends string>(words: readonly T[], options: object = {}): TUnsafe<T> {
  return Type.Unsafe<T>({ type: 'string', enum: [...words], ...options })
}

/** What may be null as well; for schemas with a plain `type`. */
export function nullable<S extends TSchema & { readonly type: string }>(
  schema: S,
): TUnsafe<Static<S> | null> {
  return Type.Unsafe<Static<S> | null>({ ...schema, type: [schema.type, 'null'] })
}

const DATE_TIME = { format: 'date-time', examples: ['2026-11-22T12:00:00.000Z'] }

export const DateTime = Type.String({ ...DATE_TIME, description: 'RFC 3339, UTC.' })

/** A time with a meaning of its own. */
export const time = (description: string) => Type.String({ ...DATE_TIME, description })

export const CONSENT_ID_EXAMPLE = '0192f0c1-7a68-4b1a-8f10-2b6f3a1c9d55'

/** For routes that take none: what is unknown is refused, not ignored. */
export const NoQuery = Type.Object({}, { additionalProperties: false })

export const ConsentIdParams = Type.Object(
  { id: Type.String({ format: 'uuid', description: 'The consent.', examples: [CONSENT_ID_EXAMPLE] }) },
  { additionalProperties: false },
)

/** How many items a page has where the caller does not say. */
export const PAGE_LIMIT = 50

export const PageQuery = {
  limit: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 200,
      default: PAGE_LIMIT,
      description: 'How many items a page has at most.',
    }),
  ),
  cursor: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 200,
      description: 'The `next_cursor` of the page before; left out for the first page.',
    }),
  ),
}

export const nextCursor = nullable(
  Type.String({ description: 'Send it as `cursor` for the next page; null on the last.' }),
)
