/** A JSON object as it goes over the wire. */
export type JsonObject = Record<string, unknown>

/** What happens instead of, or to, the bank's answer. */
export type FaultAction =
  /** Answers this status; the body is empty unless given. */
  | { kind: 'status'; status: number; body?: string | JsonObject; headers?: Record<string, string> }
  /** Destroys the socket without an answer. */
  | { kind: 'reset' }
  /** Waits, then goes on normally. */
  | { kind: 'delay'; delayMs: number }
  /** Waits until this resolves, then goes on normally; not over the control interface. */
  | { kind: 'wait'; until: Promise<unknown> }
  /** Never answers; the connection ends when the client hangs up or the bank closes. */
  | { kind: 'hang' }
  /** Answers this body: verbatim text, an object, or made from the processed answer. */
  | {
      kind: 'body'
      body: string | JsonObject | ((answer: JsonObject) => string | JsonObject)
      status?: number
    }
  /** Edits the processed answer: drops and sets members, then cuts the text. */
  | { kind: 'edit'; omit?: string[]; set?: JsonObject; truncateTo?: number }

/** The endpoints that faults can strike. */
export type FaultEndpoint = 'token' | 'revocation' | 'authorization' | 'consentinfo' | 'accounts' | 'payments'

/** One request, as far as a fault may choose by it. */
export interface FaultCall {
  readonly endpoint: FaultEndpoint
  readonly grantType?: string | undefined
  readonly refreshToken?: string | undefined
  readonly grantId?: string | undefined
  readonly iban?: string | undefined
}

/** Which requests to strike, when, how often and how; a rule without a condition strikes every request. */
export interface FaultRule {
  endpoint: FaultEndpoint
  grantType?: string
  refreshToken?: string
  grantId?: string
  iban?: string
  /** Chooses freely; not over the control interface. */
  matches?: (call: FaultCall) => boolean
  /** How many requests to strike: 1 by default, `Infinity` or null for all. */
  times?: number | null
  /** Before the bank processes the request (by default), or after: then a refresh token is already spent. */
  when?: 'before' | 'after'
  action: FaultAction
}

/** A rule in the queue, with its counters. */
export interface Fault {
  readonly rule: FaultRule
  readonly remaining: number
  readonly struck: number
  /** Takes the rule out of the queue. */
  remove(): void
}

/** The queue of faults: a request meets the first `before` and the first `after` rule that fit it. */
export interface Faults {
  /** Adds a rule at the end of the queue. */
  add(rule: FaultRule): Fault
  /** Lists the rules that can still strike. */
  list(): readonly Fault[]
  /** Empties the queue. */
  clear(): void
}

interface QueuedFault extends Fault {
  remaining: number
  struck: number
}

const conditions = ['endpoint', 'grantType', 'refreshToken', 'grantId', 'iban'] as const

function fits(rule: FaultRule, call: FaultCall): boolean {
  const named = conditions.every((name) => rule[name] === undefined || rule[name] === call[name])
  return named && (rule.matches === undefined || rule.matches(call))
}

/** Makes the queue of faults and the hand that takes from it. */
export function createFaultQueue() {
  let queue: QueuedFault[] = []

  function remove(fault: Fault): void {
    queue = queue.filter((one) => one !== fault)
  }

  function add(rule: FaultRule): Fault {
    const fault: QueuedFault = {
      rule,
      remaining: rule.times === null ? Number.POSITIVE_INFINITY : (rule.times ?? 1),
      struck: 0,
      remove: () => remove(fault),
    }
    queue.push(fault)
    return fault
  }

  function take(when: 'before' | 'after', call: FaultCall): FaultAction | undefined {
    if (queue.length === 0) return undefined
    const fault = queue.find(({ rule }) => (rule.when ?? 'before') === when && fits(rule, call))
    if (fault === undefined) return undefined
    fault.struck += 1
    fault.remaining -= 1
    if (fault.remaining <= 0) remove(fault)
    return fault.rule.action
  }

  const faults: Faults = {
    add,
    list: () => queue,
    clear: () => {
      queue = []
    },
  }
  return { faults, take }
}
