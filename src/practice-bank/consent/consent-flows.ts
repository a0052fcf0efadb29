import { randomUUID } from 'node:crypto'
import type { AuthorizationRequest } from '../authorization-request.ts'
import type { PracticeCustomer } from '../customers.ts'
import { opaque, opaqueLength } from '../opaque.ts'
import type { Language } from './texts.ts'

/** The three steps of the consent application (ABNAMRO.md §1.2), and the end of too many wrong codes. */
export type ConsentStep = 'log_on' | 'account' | 'authorise' | 'stopped'

/** One customer's walk through the consent application. */
export interface ConsentFlow {
  readonly id: string
  /** The value of the PF cookie it belongs to. */
  readonly browser: string
  readonly request: AuthorizationRequest
  readonly startedAt: number
  language: Language
  step: ConsentStep
  /** The page in the customer's hands; each page shown gets a new one, so a reload finds its own gone. */
  page: string | null
  wrongCodes: number
  customer: PracticeCustomer | null
  iban: string | null
}

export type ConsentFlows = ReturnType<typeof createConsentFlows>

const flowTtlMs = 15 * 60_000
const flowsKept = 10_000

/** Makes the bank's memory of walks under way. */
export function createConsentFlows(now: () => number) {
  const flows = new Map<string, ConsentFlow>()

  function begin(start: Pick<ConsentFlow, 'browser' | 'request' | 'language'>): ConsentFlow {
    const flow: ConsentFlow = {
      ...start,
      id: randomUUID(),
      startedAt: now(),
      step: 'log_on',
      page: null,
      wrongCodes: 0,
      customer: null,
      iban: null,
    }
    flows.set(flow.id, flow)
    if (flows.size > flowsKept) flows.delete(flows.keys().next().value ?? '')
    return flow
  }

  function find(id: string, browser: string | undefined): ConsentFlow | undefined {
    const flow = flows.get(id)
    if (flow === undefined || flow.browser !== browser) return undefined
    return now() < flow.startedAt + flowTtlMs ? flow : undefined
  }

  function turnPage(flow: ConsentFlow): void {
    flow.page = opaque(opaqueLength.cookie)
  }

  return { begin, find, turnPage, end: (flow: ConsentFlow) => flows.delete(flow.id) }
}
