import type { FastifyReply } from 'fastify'
import { type Answer, send, textOf } from './answer.ts'
import type { BankState } from './bank-state.ts'
import type { FaultAction, FaultCall } from './faults.ts'

/** One request on its way through the bank. */
export interface Exchange {
  readonly call: FaultCall
  readonly reply: FastifyReply
  /** Does what the endpoint does; not called where a fault answers before. */
  readonly process: () => Answer
  readonly latencyMs?: number
  readonly onFault?: (kind: FaultAction['kind']) => void
}

type Struck = Answer | 'severed' | undefined

/** Processes a request and answers it, unless faults will otherwise. */
export async function serve(state: BankState, exchange: Exchange): Promise<FastifyReply> {
  const { reply, latencyMs = 0 } = exchange
  const early = await strike(state, exchange, undefined)
  if (early === 'severed') return reply
  const processed = early ?? exchange.process()
  if (latencyMs > 0) await state.waits.wait(latencyMs)
  const late = early === undefined ? await strike(state, exchange, processed) : undefined
  return late === 'severed' ? reply : send(reply, late ?? processed)
}

async function strike(state: BankState, exchange: Exchange, processed: Answer | undefined): Promise<Struck> {
  const action = state.faultQueue.take(processed === undefined ? 'before' : 'after', exchange.call)
  if (action === undefined) return undefined
  exchange.onFault?.(action.kind)
  if (action.kind === 'delay' || action.kind === 'wait') {
    await (action.kind === 'wait' ? action.until : state.waits.wait(action.delayMs))
    return undefined
  }
  if (action.kind === 'hang' || action.kind === 'reset') return sever(action, exchange.reply)
  return replacement(action, processed)
}

function sever({ kind }: FaultAction, reply: FastifyReply): 'severed' {
  reply.hijack()
  if (kind === 'reset') reply.raw.socket?.destroy()
  return 'severed'
}

const jsonType = { 'content-type': 'application/json;charset=utf-8' }

type Replacing = Extract<FaultAction, { kind: 'status' | 'body' | 'edit' }>

function replacement(action: Replacing, processed: Answer | undefined): Answer {
  const answer = processed ?? { status: 200, headers: jsonType, body: {} }
  const members = typeof answer.body === 'string' ? {} : answer.body
  switch (action.kind) {
    case 'status':
      return { status: action.status, headers: { ...jsonType, ...action.headers }, body: action.body ?? '' }
    case 'body': {
      const body = typeof action.body === 'function' ? action.body({ ...members }) : action.body
      return { ...answer, status: action.status ?? answer.status, body }
    }
    case 'edit':
      return edited(action, { ...answer, body: members })
  }
}

function edited(action: Extract<FaultAction, { kind: 'edit' }>, answer: Answer): Answer {
  const kept = Object.entries(answer.body).filter(([name]) => !action.omit?.includes(name))
  const whole = { ...answer, body: { ...Object.fromEntries(kept), ...action.set } }
  return action.truncateTo === undefined
    ? whole
    : { ...whole, body: textOf(whole).slice(0, action.truncateTo) }
}
