import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type BankProfile, profiles } from '../../src/bank/index.ts'
import { Secret } from '../../src/core/secret.ts'
import { t } from '../support/parts.ts'
import { bankAt } from './support/bank.ts'
import { json, startHttp } from './support/servers.ts'

const write = { kind: 'payment', product: 'payments', action: 'write', clientToken: true } as const

/** Unlike ABN AMRO in everything that a profile tells. */
const other: BankProfile = {
  ...profiles.abnamro,
  id: 'other',
  pkce: false,
  probe: false,
  authorizationParameters: { ui: 'plain' },
  brandParameter: 'label',
  brands: ['red'],
  transactionParameter: 'payment',
  scopePrefix: 'x:',
  scopes: {
    'x:ais': {
      kind: 'account',
      product: 'accounts',
      action: 'read',
      transaction: 'refused',
      clientToken: false,
    },
    'x:one': { ...write, transaction: 'required' },
    'x:two': { ...write, transaction: 'refused' },
  },
  combinationRules: [],
  refusals: { access_denied: 'cancelled_by_customer' },
  tokenErrors: { bad_token: 'refused' },
  notProcessedStatuses: [420],
  consentValidityMs: 1_000,
  codeTtlMs: 2_000,
  defaultExpiresInSeconds: 3,
  refreshReplay: 'last_chance',
}

t.test('a second bank is a second profile', async (t) => {
  const answers = [
    () => ({ status: 400, body: { error: 'bad_token' } }),
    () => ({ status: 400, body: { error: 'invalid_grant' } }),
    () => ({ status: 420, body: {} }),
    () => ({ status: 429, body: {} }),
  ]
  const { base } = await startHttp(t, (_, response) => {
    const { status, body } = answers.shift()?.() ?? { status: 500, body: {} }
    json(response, status, body)
  })
  const bank = bankAt(t, base, { profile: other })
  const token = new Secret('RT')
  t.strictSame(await bank.refresh(token), { kind: 'refused', reason: 'bad_token' })
  t.strictSame(await bank.refresh(token), { kind: 'our_fault', reason: 'http_400' })
  t.strictSame(await bank.refresh(token), { kind: 'not_processed', reason: 'http_420', left: true })
  t.strictSame(await bank.refresh(token), { kind: 'our_fault', reason: 'http_429' })
  const { id, consentValidityMs, codeTtlMs, defaultExpiresInSeconds, refreshReplay, probe, brands } = bank
  t.strictSame(
    { id, consentValidityMs, codeTtlMs, defaultExpiresInSeconds, refreshReplay, probe, brands },
    {
      id: 'other',
      consentValidityMs: 1_000,
      codeTtlMs: 2_000,
      defaultExpiresInSeconds: 3,
      refreshReplay: 'last_chance',
      probe: null,
      brands: ['red'],
    },
  )
  t.equal(bank.readRefusal('access_denied'), 'cancelled_by_customer')
  t.equal(bank.readRefusal('server_error'), 'bank_trouble')
})

t.test('its way to the bank and its rules of combination', async (t) => {
  const bank = bankAt(t, 'http://localhost:1', { profile: other })
  const asked = { scopes: ['x:ais', 'x:one'], bankBrand: 'red', transactionId: 'tx-1' }
  const url = new URL(bank.authorizationUrl({ ...asked, state: new Secret('s'), codeChallenge: 'c' }))
  t.strictSame(Object.fromEntries(url.searchParams), {
    ui: 'plain',
    response_type: 'code',
    client_id: 'TPP_test',
    redirect_uri: 'https://localhost/auth',
    scope: 'x:ais x:one',
    state: 's',
    label: 'red',
    payment: 'tx-1',
  })
  t.equal(bank.scopeProblem(['x:ais', 'x:one', 'x:two'], 'tx-1'), null)
  t.match(bank.scopeProblem(['x:two', 'x:one'], null), { field: 'transaction_id' })
  t.match(bank.scopeProblem(['x:ais', 'x:two'], 'tx-1'), { field: 'transaction_id' })
  t.equal(bank.clientScopeProblem('x:one x:two'), null)
})

t.test('the replay policy is the profile’s, unless it is set', async (t) => {
  const at = 'http://localhost:1'
  t.equal(bankAt(t, at).refreshReplay, 'prompt')
  t.equal(bankAt(t, at, { refreshReplay: 'last_chance' }).refreshReplay, 'last_chance')
  t.equal(bankAt(t, at, { profile: other, refreshReplay: null }).refreshReplay, 'last_chance')
})

// What is documentation or stands for a bank may name one; nothing that decides may.
const MAY_NAME_A_BANK =
  /^(bank\/profiles\.ts|config\/(bank|broker)-table\.ts|(practice-bank|demo|http\/schemas)\/.*|http\/internal\/(openapi|.*-documents)\.ts)$/

t.test('no code beside the profiles knows a bank by its name', async (t) => {
  const files = (await readdir('src', { recursive: true })).filter((file) => file.endsWith('.ts'))
  const deciding = files.filter((file) => !MAY_NAME_A_BANK.test(file))
  t.ok(deciding.length > 100)
  for (const file of deciding) {
    const code = (await readFile(join('src', file), 'utf8')).replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '')
    t.notMatch(code, /abn.?amro|NLAA01|psd2:/i, file)
  }
})
