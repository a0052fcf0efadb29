/** The package ships no types: what these tests use of it. */
declare module 'oidc-provider' {
  import type { IncomingMessage, ServerResponse } from 'node:http'

  /** One request to the token endpoint, with its answer. */
  export interface GrantContext {
    readonly oidc: { readonly params?: { readonly grant_type?: string; readonly refresh_token?: string } }
    readonly body: { readonly refresh_token?: string; readonly error?: string }
  }

  export class Provider {
    constructor(issuer: string, configuration: Record<string, unknown>)
    readonly AccessToken: { find(value: string): Promise<object | undefined> }
    callback(): (request: IncomingMessage, response: ServerResponse) => void
    on(event: 'grant.success', listener: (context: GrantContext) => void): this
    on(event: 'grant.error', listener: (context: GrantContext, error: Error) => void): this
    on(event: 'grant.revoked', listener: (context: GrantContext, grantId: string) => void): this
  }
}
