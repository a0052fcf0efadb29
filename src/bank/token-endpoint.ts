import * as oauth from 'oauth4webapi'
import type { TokenOutcome } from '../core/bank.ts'
import type { Secret } from '../core/secret.ts'
import type { BankRequest } from './exchange.ts'
import type { Lane } from './lane.ts'
import { isLoopbackHttp } from './loopback.ts'
import { type ErrorTables, type Exchange, tokenOutcome } from './outcome.ts'
import { aheadOfServerMs } from './server-clock.ts'

/** A clock to be held against the bank's, and who is told how far ahead it is. */
export interface ClockCheck {
  readonly now: () => Date
  readonly report: (aheadMs: number) => void
}

export interface TokenEndpointOptions {
  readonly issuer: string
  readonly tokenEndpoint: string
  readonly clientId: string
  readonly redirectUri: string
  readonly pkce: boolean
  readonly errorTables: ErrorTables
  readonly abandonAfterMs: number
  readonly now: () => Date
  /** Gives the scopes of an answer their names in the catalogue. */
  readonly nameScopes: (scope: string) => string
  readonly clockCheck?: ClockCheck | undefined
  /** Whether tokens are bound to the certificate of their connection. */
  readonly bound: boolean
  /** Two lanes, so that a customer who waits at the browser never queues behind the background. */
  readonly refreshLane: Lane
  readonly grantLane: Lane
}

type Options = oauth.TokenEndpointRequestOptions
type Grant = (options: Options) => Promise<Response>

/** Creates the three grants of the token endpoint (RFC 6749 sections 4.1.3, 6 and 4.4.2). */
export function createTokenEndpoint(options: TokenEndpointOptions) {
  const as = { issuer: options.issuer, token_endpoint: options.tokenEndpoint }
  const client = { client_id: options.clientId }
  // The certificate of the connection is the proof (RFC 8705 section 2); the form only says whose it is.
  const identity = oauth.None()

  async function request(lane: Lane, grant: Grant): Promise<TokenOutcome> {
    const send = (sent: BankRequest) => lane.send(sent, options.abandonAfterMs)
    const ended = await throughOauth(options.tokenEndpoint, send, grant)
    if (ended !== null) checkClock(options.clockCheck, ended)
    if (ended === null) return { kind: 'our_fault', reason: 'request_unbuildable' }
    const outcome = named(tokenOutcome(ended, options.errorTables, options.now()))
    return options.bound ? bind(outcome, ended) : outcome
  }

  function named(outcome: TokenOutcome): TokenOutcome {
    if (outcome.kind !== 'granted' || outcome.tokens.scope === null) return outcome
    return { ...outcome, tokens: { ...outcome.tokens, scope: options.nameScopes(outcome.tokens.scope) } }
  }

  return {
    exchangeCode: (code: Secret, codeVerifier: Secret): Promise<TokenOutcome> =>
      request(options.grantLane, async (sending) => {
        const answered = new URLSearchParams({ code: code.reveal() })
        const callback = oauth.validateAuthResponse(as, client, answered, oauth.expectNoState)
        const verifier = options.pkce ? codeVerifier.reveal() : oauth.nopkce
        const { redirectUri } = options
        return await oauth.authorizationCodeGrantRequest(
          as,
          client,
          identity,
          callback,
          redirectUri,
          verifier,
          sending,
        )
      }),

    // Without a scope: the bank's own sample narrows the token for good (ABNAMRO.md section 4).
    refresh: (refreshToken: Secret): Promise<TokenOutcome> =>
      request(options.refreshLane, (sending) =>
        oauth.refreshTokenGrantRequest(as, client, identity, refreshToken.reveal(), sending),
      ),

    clientToken: (scope: string): Promise<TokenOutcome> =>
      request(options.grantLane, (sending) =>
        oauth.clientCredentialsGrantRequest(as, client, identity, { scope }, sending),
      ),
  }
}

/** Whatever we are by now, the answer is to who we were when we asked. */
function bind(outcome: TokenOutcome, ended: Exchange): TokenOutcome {
  const certificate = ended.state === 'answered' ? ended.certificate : undefined
  if (outcome.kind !== 'granted' || certificate === undefined) return outcome
  return { ...outcome, tokens: { ...outcome.tokens, certificate } }
}

function checkClock(check: ClockCheck | undefined, ended: Exchange): void {
  if (check === undefined || ended.state !== 'answered') return
  const aheadMs = aheadOfServerMs(ended.served, check.now().getTime() - performance.now())
  if (aheadMs !== null) check.report(aheadMs)
}

/**
 * Lets oauth4webapi build a request and sends it through `send`, keeping what the transport saw.
 *
 * Null when no request came about. The library never gets to judge the answer: DESIGN 4.2 does.
 */
export async function throughOauth(
  endpoint: string,
  send: (request: BankRequest) => Promise<Exchange>,
  grant: Grant,
): Promise<Exchange | null> {
  let ended: Exchange | null = null
  const sending: Options = {
    [oauth.allowInsecureRequests]: isLoopbackHttp(endpoint),
    [oauth.customFetch]: async (url, { method, headers, body }) => {
      const { pathname, search } = new URL(url)
      ended = await send({ method, path: pathname + search, headers, body: body.toString() })
      return new Response(null)
    },
  }
  try {
    await grant(sending)
  } catch {
    // Nothing to keep: its message may quote what was to be sent.
  }
  return ended
}
