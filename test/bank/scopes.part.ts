import { profiles } from '../../src/bank/profiles.ts'
import { catalogueName, findClientScopeProblem, findScopeProblem } from '../../src/bank/scopes.ts'
import { t } from '../support/parts.ts'
import {
  balance,
  batchCredit,
  batchDebit,
  details,
  funds,
  sepaRead,
  sepaWrite,
  standing,
  standingDelete,
  transactions,
  xborder,
} from '../support/scopes.ts'

const profile = profiles.abnamro

const fine: [string[], string | null][] = [
  [[details], null],
  [[details, balance, transactions], null],
  [[funds], null],
  [[sepaWrite], 'tx-1'],
  [[sepaRead], 'tx-1'],
  [[sepaWrite, sepaRead], 'tx-1'],
  [[xborder], 'tx-1'],
  [[standing], 'tx-1'],
  [[standingDelete], 'tx-1'],
  [[batchCredit], null],
  [[batchDebit], null],
]
for (const [scopes, transactionId] of fine) {
  t.equal(findScopeProblem(profile, scopes, transactionId), null, scopes.join(' '))
}

const wrong: [string[], string | null, 'scopes' | 'transaction_id', RegExp][] = [
  [[], null, 'scopes', /at least one/],
  [['psd2:nothing'], null, 'scopes', /"psd2:nothing" is not a scope/],
  [['account:details:read'], null, 'scopes', /not a scope/],
  [['__proto__'], null, 'scopes', /not a scope/],
  [['toString'], null, 'scopes', /not a scope/],
  [[`x${'y'.repeat(1000)}`], null, 'scopes', /^.{0,120}$/],
  [[details, details], null, 'scopes', /twice/],
  [[details, sepaRead], 'tx-1', 'scopes', /account and payment/],
  [[funds, sepaRead], 'tx-1', 'scopes', /account and payment/],
  [[details, funds], null, 'scopes', /account information and confirmation of funds/],
  [[sepaWrite, xborder], 'tx-1', 'scopes', /one write/],
  [[batchCredit, batchDebit], null, 'scopes', /one write/],
  [[standing, standingDelete], 'tx-1', 'scopes', /any other scope/],
  [[sepaRead, standingDelete], 'tx-1', 'scopes', /any other scope/],
  [[xborder, sepaRead], 'tx-1', 'scopes', /cross-border payments and SEPA payments/],
  [[batchCredit, sepaRead], null, 'scopes', /cannot be combined/],
  [[sepaWrite], null, 'transaction_id', /needs/],
  [[sepaWrite], ' ', 'transaction_id', /needs/],
  [[sepaRead], null, 'transaction_id', /needs/],
  [[standingDelete], null, 'transaction_id', /needs/],
  [[details], 'tx-1', 'transaction_id', /takes no/],
  [[details], '', 'transaction_id', /takes no/],
  [[batchDebit], 'tx-1', 'transaction_id', /takes no/],
]
for (const [scopes, transactionId, field, problem] of wrong) {
  const found = findScopeProblem(profile, scopes, transactionId)
  t.match(found, { field, problem }, `${scopes.join(' ').slice(0, 60)} with ${transactionId}`)
}

t.test('names of the catalogue', async (t) => {
  t.equal(catalogueName(profile, 'payment:sepa:read'), sepaRead)
  t.equal(catalogueName(profile, sepaRead), sepaRead)
  t.equal(catalogueName(profile, 'openid'), 'openid')
})

t.test('scopes of client tokens', async (t) => {
  for (const scope of [sepaWrite, xborder, standing, `${sepaWrite} ${xborder}`]) {
    t.equal(findClientScopeProblem(profile, scope), null, scope)
  }
  const granted = [details, funds, sepaRead, standingDelete, batchCredit, `${sepaWrite} ${sepaRead}`]
  for (const scope of granted) t.match(findClientScopeProblem(profile, scope), /by a customer/, scope)
  for (const scope of ['', ' ', 'openid', `${sepaWrite}  ${xborder}`]) {
    t.match(findClientScopeProblem(profile, scope), /is not a scope/, `"${scope}"`)
  }
})
