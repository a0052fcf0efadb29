import { CoreError } from '../../src/core/errors.ts'
import { Secret } from '../../src/core/secret.ts'
import type { Choice } from './perform.ts'
import { isImpaired } from './process.ts'
import { type Asked, OWNER, type Run } from './run.ts'

/** Every other caller says that the bank rejected the token that is stored: it is rotated, due or not. */
export function ask(run: Run, { replica, consentId, how }: Choice): void {
  const { process, broker } = replica
  if (!process.alive) return
  const row = run.rows.find((other) => other.consentId === consentId)
  const rejected = how < 3 ? (row?.accessToken ?? null) : null
  const asked: Asked = {
    by: replica,
    consentId,
    atMs: run.time.nowMs(),
    faults: isImpaired(process) ? Number.NaN : process.faults,
    afterEnd: run.revoked.has(consentId),
    answer: null,
    answeredAtMs: 0,
  }
  run.asked = [...run.asked, asked]
  const answered = (answer: Asked['answer']) =>
    Object.assign(asked, { answer, answeredAtMs: run.time.nowMs() })
  broker
    .getToken(OWNER, consentId, rejected === null ? {} : { rejectedToken: new Secret(run.plain(rejected)) })
    .then(
      ({ accessToken, refreshState }) => answered({ accessToken: accessToken.reveal(), state: refreshState }),
      (error: unknown) => answered({ code: error instanceof CoreError ? error.code : String(error) }),
    )
}

/** The customer renews: from the link to the exchange of the code, which is another call at the bank. */
export function renew(run: Run, { replica, consentId }: Choice): void {
  const { broker, process } = replica
  if (!process.alive || isRenewing(run, consentId)) return
  const renewal = { by: process, faults: process.faults, over: false }
  run.renewals.set(consentId, renewal)
  const walk = async () => {
    const { authorizationUrl } = await broker.renewConsent(OWNER, consentId, null)
    const link = await broker.openStartLink(
      new Secret(new URL(authorizationUrl).pathname.split('/').pop() ?? ''),
    )
    if (link.kind !== 'to_bank') return
    const answer = {
      state: new Secret(link.url),
      code: new Secret(codeOf(run, consentId)),
      error: null,
    }
    await broker.receiveCallback({ ...answer, cookieOf: () => null })
  }
  walk()
    .catch((error: unknown) => tolerate(run, error))
    .finally(() => {
      renewal.over = true
    })
}

/** What was begun in trouble may go on for as long as its process lives. */
function isRenewing({ renewals, calls }: Run, consentId: string): boolean {
  const renewal = renewals.get(consentId)
  if (renewal === undefined || !renewal.by.alive) return false
  return !renewal.over || renewal.faults !== renewal.by.faults || calls.some(({ of }) => of === consentId)
}

/** Tells how many rescues went before it. */
export function codeOf({ rescues }: Run, consentId: string): string {
  return `${consentId}#${rescues.get(consentId) ?? 0}`
}

/** Operations bring a chain of another system onto the consent. */
export function rescue(run: Run, { replica, consentId }: Choice): void {
  const { broker, process } = replica
  if (!process.alive || run.revoked.has(consentId)) return
  const nowMs = run.time.nowMs()
  run.rescues.set(consentId, 1 + (run.rescues.get(consentId) ?? 0))
  const { refreshToken, accessToken } = run.bank.begin(consentId, nowMs)
  // It is not moved in with it: the pair has no access token to wait for.
  run.bank.access.delete(accessToken)
  const request = {
    refreshToken: new Secret(refreshToken),
    scopes: [],
    expiresAt: new Date(nowMs + 86_400_000),
    consentId,
    described: {},
  }
  broker.importConsent(OWNER, request).catch((error: unknown) => tolerate(run, error))
}

export function revoke(run: Run, { replica, consentId }: Choice): void {
  if (!replica.process.alive) return
  replica.broker.revoke(OWNER, consentId).then(
    () => void run.revoked.add(consentId),
    (error: unknown) => tolerate(run, error),
  )
}

/** Whoever asked is told: what ended meanwhile, or that the database can't be reached. */
function tolerate({ defects }: Run, error: unknown): void {
  if (!(error instanceof CoreError)) defects.push(`a request failed: ${String(error)}`)
}
