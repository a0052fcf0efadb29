import type { FastifyInstance } from 'fastify'
import type { BankState } from './bank-state.ts'
import { faultSchema, grantSchema, revokeSchema, settingsSchema } from './control-schemas.ts'
import type { Fault, FaultRule } from './faults.ts'
import type { Ledger } from './ledger.ts'
import type { GrantSelector } from './oauth/grants.ts'
import { type StartGrantOptions, startGrant } from './oauth/start-grant.ts'
import type { PracticeBankSettings } from './options.ts'

/** Mounts `/practice/*`, the JSON doors to what a test does by calling the bank's methods. */
export function mountControlInterface(app: FastifyInstance, state: BankState): void {
  mountSettings(app, state.settings)
  mountFaults(app, state)

  app.get<{ Querystring: { refreshToken?: string } }>('/practice/ledger', ({ query }) =>
    ledgerReport(state.book.ledger, query.refreshToken),
  )
  app.post<{ Body: GrantSelector }>('/practice/revoke', { schema: { body: revokeSchema } }, ({ body }) => ({
    revoked: state.grants.revoke(body),
  }))
  app.post<{ Body: StartGrantOptions }>(
    '/practice/grants',
    { schema: { body: grantSchema } },
    ({ body }, reply) => reply.code(201).send(startGrant(state, body)),
  )
}

function mountSettings(app: FastifyInstance, settings: PracticeBankSettings): void {
  app.get('/practice/settings', () => settings)
  app.patch<{ Body: Partial<PracticeBankSettings> }>(
    '/practice/settings',
    { schema: { body: settingsSchema } },
    ({ body }) => Object.assign(settings, body),
  )
}

function mountFaults(app: FastifyInstance, { faultQueue: { faults } }: BankState): void {
  app.get('/practice/faults', () => faults.list().map(faultReport))
  app.post<{ Body: FaultRule }>('/practice/faults', { schema: { body: faultSchema } }, ({ body }, reply) =>
    reply.code(201).send(faultReport(faults.add(body))),
  )
  app.delete('/practice/faults', (_request, reply) => {
    faults.clear()
    return reply.code(204).send()
  })
}

function faultReport({ rule, remaining, struck }: Fault) {
  return { rule, remaining: Number.isFinite(remaining) ? remaining : null, struck }
}

function ledgerReport(ledger: Ledger, refreshToken: string | undefined) {
  return {
    totals: ledger.totals(),
    presentations: refreshToken === undefined ? ledger.presentations() : ledger.presentationsOf(refreshToken),
    presentedMoreThanOnce: ledger.presentedMoreThan(1),
    overlaps: ledger.overlaps(),
    codes: ledger.codes(),
  }
}
