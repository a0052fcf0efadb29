import { Agent, request } from 'undici'
import { KEYS } from '../../support/broker.ts'
import type { Random } from '../random.ts'
import type { Consent } from './consents.ts'
import type { Replica } from './replica.ts'

/** What a caller was answered; `status` is null where no answer came. */
export interface Asked {
  readonly consentId: string
  readonly replica: Replica
  readonly askedAt: number
  readonly answeredAt: number
  readonly status: number | null
  /** Of a problem, or of the failure to be answered at all. */
  readonly code: string | null
  readonly accessToken: string | null
  readonly expiresAt: number
}

export interface Callers {
  readonly asked: readonly Asked[]
  stop(): Promise<void>
}

export interface CallersOptions {
  readonly consents: readonly Consent[]
  readonly replicas: readonly Replica[]
  readonly count: number
  readonly random: Random
}

const PAUSE_MS = 60
const headers = { authorization: `Bearer ${KEYS.ledger}` }

/** Asks for tokens of random consents at all replicas, again and again, until stopped. */
export function startCallers({ consents, replicas, count, random }: CallersOptions): Callers {
  const agent = new Agent({ connections: 32, keepAliveTimeout: 2_000 })
  const asked: Asked[] = []
  let stopped = false

  async function caller(): Promise<void> {
    while (!stopped) {
      asked.push(await ask(agent, random.pick(replicas), random.pick(consents).id))
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS * 2 * random.next()))
    }
  }

  const callers = Promise.all(Array.from({ length: count }, caller))
  const stop = async () => {
    stopped = true
    await callers
    await agent.close()
  }
  return { asked, stop }
}

async function ask(agent: Agent, replica: Replica, consentId: string): Promise<Asked> {
  const askedAt = Date.now()
  const url = new URL(`/v1/consents/${consentId}/token`, replica.url)
  const { status, body, code } = await post(agent, url)
  return {
    ...{ consentId, replica, askedAt, answeredAt: Date.now(), status, code },
    accessToken: body.access_token ?? null,
    expiresAt: Date.parse(body.expires_at ?? '') || 0,
  }
}

interface TokenBody {
  readonly access_token?: string
  readonly expires_at?: string
  readonly code?: string
}

interface Posted {
  readonly status: number | null
  readonly body: TokenBody
  readonly code: string | null
}

async function post(agent: Agent, url: URL): Promise<Posted> {
  try {
    const answer = await request(url, { method: 'POST', headers, dispatcher: agent })
    const body = (await answer.body.json()) as TokenBody
    return { status: answer.statusCode, body, code: body.code ?? null }
  } catch (error) {
    return { status: null, body: {}, code: (error as NodeJS.ErrnoException).code ?? String(error) }
  }
}
