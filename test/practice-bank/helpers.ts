import type { Test } from 'tap'
import {
  createPracticeBank,
  type PracticeBank,
  type PracticeBankOptions,
} from '../../src/practice-bank/index.ts'
import { freePort } from '../support/ports.ts'

export const redirectUri = 'http://127.0.0.1:8081/callback'
export const balanceAndTransactions = 'psd2:account:balance:read psd2:account:transaction:read'

/** A bank on a free port, closed when the test ends, with a clock the test moves. */
export interface OpenBank {
  bank: PracticeBank
  baseUrl: string
  clock: { nowMs: number }
  authorizationUrl(changes?: Record<string, string | undefined>): string
  token(form: Record<string, string>): Promise<Response>
  refresh(refreshToken: string, changes?: Record<string, string>): Promise<Response>
  consentInfo(accessToken: string, changes?: Record<string, string>): Promise<Response>
  /** Calls the API behind the gateway: `GET /v1/…`, with a body sent as JSON. */
  api(operation: string, accessToken: string, body?: unknown): Promise<Response>
}

export async function openBank(t: Test, options: PracticeBankOptions = {}): Promise<OpenBank> {
  const clock = { nowMs: Date.UTC(2026, 0, 5, 9) }
  const bank = createPracticeBank({ now: () => clock.nowMs, ...options })
  const baseUrl = await bank.listen({ port: await freePort() })
  t.teardown(() => bank.close())
  const token = (form: Record<string, string>) =>
    fetch(`${baseUrl}/as/token.oauth2`, { method: 'POST', body: new URLSearchParams(form) })
  return {
    bank,
    baseUrl,
    clock,
    authorizationUrl: (changes) => authorizationUrl(baseUrl, changes),
    token,
    refresh: (refreshToken, changes) =>
      token({
        grant_type: 'refresh_token',
        client_id: 'TPP_test',
        refresh_token: refreshToken,
        ...changes,
      }),
    consentInfo: (accessToken, changes) =>
      fetch(`${baseUrl}/v1/consentinfo`, {
        headers: { authorization: `Bearer ${accessToken}`, 'api-key': 'practice-api-key', ...changes },
      }),
    api: (operation, accessToken, body) => callApi(baseUrl, operation, { accessToken, body }),
  }
}

function callApi(baseUrl: string, operation: string, sent: { accessToken: string; body: unknown }) {
  const [method = '', path = ''] = operation.split(' ')
  const headers = { authorization: `Bearer ${sent.accessToken}`, 'api-key': 'practice-api-key' }
  if (sent.body === undefined) return fetch(`${baseUrl}${path}`, { method, headers })
  const body = typeof sent.body === 'string' ? sent.body : JSON.stringify(sent.body)
  return fetch(`${baseUrl}${path}`, {
    method,
    headers: { ...headers, 'content-type': 'application/json' },
    body,
  })
}

/** The code of a refusal in the gateway's envelope, with its status. */
export async function refusalOf(response: Response): Promise<[number, string]> {
  const { errors } = (await response.json()) as { errors: { code: string }[] }
  return [response.status, errors[0]?.code ?? '']
}

export function authorizationUrl(baseUrl: string, changes: Record<string, string | undefined> = {}): string {
  const parameters = {
    client_id: 'TPP_test',
    response_type: 'code',
    flow: 'code',
    redirect_uri: redirectUri,
    scope: balanceAndTransactions,
    state: 'state-1',
    ...changes,
  }
  const sent = Object.entries(parameters).filter((entry): entry is [string, string] => entry[1] !== undefined)
  return `${baseUrl}/as/authorization.oauth2?${new URLSearchParams(sent)}`
}

export function codeForm(code: string): Record<string, string> {
  return { grant_type: 'authorization_code', client_id: 'TPP_test', code, redirect_uri: redirectUri }
}

export function codeOf(callbackUrl: string): string {
  return new URL(callbackUrl).searchParams.get('code') ?? ''
}

export interface TokenBody {
  access_token: string
  refresh_token: string
  token_type: string
  expires_in: number
  scope?: string
}

export async function tokenBody(response: Response): Promise<TokenBody> {
  return (await response.json()) as TokenBody
}

export const usedRefreshToken =
  '{"error_description":"unknown, invalid, or expired refresh token","error":"invalid_grant"}\r\n'
