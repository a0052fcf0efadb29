import fastifyCookie from '@fastify/cookie'
import { fastify } from 'fastify'
import type { Test } from 'tap'
import { mountAuthorizationEndpoint } from '../../src/practice-bank/authorization-endpoint.ts'
import { createBankState } from '../../src/practice-bank/bank-state.ts'
import { mountConsentApplication } from '../../src/practice-bank/consent/consent-application.ts'
import type { PaymentOrder } from '../../src/practice-bank/payments/payment.ts'

export const order: PaymentOrder = {
  kind: 'sepa',
  debtorAccount: null,
  amount: 1234.5,
  currency: 'EUR',
  creditorName: 'Meelfabriek <Zwart> & Zn',
  creditorAccount: 'NL58ABNA9999142181',
  remittance: 'Factuur 2026-117',
  executionDate: '2026-12-24',
  recurrence: null,
}

/** A consent application at which payment orders are known; resolves the URL that asks for one. */
export async function openPaymentBank(t: Pick<Test, 'teardown'>, known: PaymentOrder = order) {
  const state = createBankState({ now: () => Date.UTC(2026, 0, 5, 9) })
  const app = fastify()
  await app.register(fastifyCookie)
  mountAuthorizationEndpoint(app, state)
  await mountConsentApplication(app, state)
  const { transactionId } = state.payments.register(known)
  const baseUrl = await app.listen({ host: '127.0.0.1', port: 0 })
  t.teardown(() => app.close())
  return (asked = transactionId) =>
    `${baseUrl}/as/authorization.oauth2?${new URLSearchParams({
      client_id: 'TPP_test',
      response_type: 'code',
      flow: 'code',
      redirect_uri: state.settings.redirectUris[0] ?? '',
      scope: 'psd2:payment:sepa:write psd2:payment:sepa:read',
      transactionId: asked,
    })}`
}
