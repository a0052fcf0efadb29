import type { AuthorizationRequest, RedirectedError } from './authorization-request.ts'

function withQuery(redirectUri: string, members: Record<string, string | undefined>): string {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(members)) if (value !== undefined) query.append(name, value)
  return `${redirectUri}${redirectUri.includes('?') ? '&' : '?'}${query}`
}

/** Builds the callback that carries a code (ABNAMRO.md §1.2). */
export function codeCallback({ redirectUri, state }: AuthorizationRequest, code: string): string {
  return withQuery(redirectUri, { code, state })
}

/** Builds the callback that carries an error, with PingFederate's trailing `#` (ABNAMRO.md §1.2). */
export function errorCallback({
  redirectUri,
  state,
  error,
  description,
}: Omit<RedirectedError, 'description'> & { description?: string }): string {
  return `${withQuery(redirectUri, { error_description: description, state, error })}#`
}

/** Builds the callback of a customer who cancelled: a server_error, by PingFederate's adapter. */
export function cancelledCallback({ redirectUri, state }: AuthorizationRequest): string {
  const description = 'Unexpected Runtime Authn Adapter Integration Problem.'
  return errorCallback({ redirectUri, state, error: 'server_error', description })
}

/** Builds the callback of a customer who has no current account to give access to. */
export function noAccountCallback({ redirectUri, state }: AuthorizationRequest): string {
  return errorCallback({ redirectUri, state, error: 'access_denied' })
}
