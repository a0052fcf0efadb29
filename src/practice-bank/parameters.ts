/** Request parameters, each sent at most once (RFC 6749 §3.1 and §3.2). */
export interface Parameters {
  readonly values: Readonly<Record<string, string | undefined>>
  /** The name of a parameter that was sent more than once. */
  readonly repeated: string | undefined
}

/** Reads a parsed query or form; an empty value counts as not sent (RFC 6749 §3.1). */
export function readParameters(parsed: unknown): Parameters {
  const values: Record<string, string> = {}
  let repeated: string | undefined
  for (const [name, value] of Object.entries(parsed ?? {})) {
    const first = Array.isArray(value) ? value[0] : value
    if (Array.isArray(value)) repeated = name
    if (typeof first === 'string' && first !== '') values[name] = first
  }
  return { values, repeated }
}
