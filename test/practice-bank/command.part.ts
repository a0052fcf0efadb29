import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Test } from 'tap'
import { readArguments } from '../../src/practice-bank/command/arguments.ts'
import { HELP } from '../../src/practice-bank/command/options.ts'
import { walkConsent } from '../../src/practice-bank/index.ts'
import { complaints } from '../config/fixtures.ts'
import { t } from '../support/parts.ts'
import { freePort } from '../support/ports.ts'
import { waitFor } from '../support/wait-for.ts'
import { codeOf, tokenBody } from './helpers.ts'
import { ask } from './tls-request.ts'
import { trustingFetch } from './trusting-fetch.ts'

const main = fileURLToPath(new URL('../../src/practice-bank/main.ts', import.meta.url))
const startWithinMs = 40_000
const redirectUri = 'https://consent.example.nl/callback'

interface Tokens {
  access_token: string
  refresh_token: string
}

function start(t: Test, flags: readonly string[]) {
  const child = spawn(process.execPath, [main, ...flags], { stdio: ['ignore', 'pipe', 'pipe'] })
  let [output, errors] = ['', '']
  child.stdout.on('data', (chunk) => (output += chunk))
  child.stderr.on('data', (chunk) => (errors += chunk))
  const ended = new Promise<number | string>((resolve) => {
    child.on('close', (code, signal) => resolve(code ?? signal ?? 'gone'))
  })
  t.teardown(() => child.kill('SIGKILL'))
  const listening = () => output.includes('Ctrl-C stops it.') || child.exitCode !== null
  return {
    child,
    ended,
    output: () => output,
    errors: () => errors,
    untilListening: () => waitFor('the practice bank', listening, startWithinMs),
  }
}

/** Reads the block of settings it prints. */
function settingsIn(output: string): Record<string, string> {
  return Object.fromEntries(
    [...output.matchAll(/^ +(BANK_\w+)=(.*)$/gm)].map(([, name, value]) => [name, value]),
  )
}

function authorizationUrlIn(output: string): string {
  return /https?:\S+authorization\.oauth2\?\S+/.exec(output)?.[0] ?? ''
}

const hasCurl = spawnSync('curl', ['--version']).status === 0

/** Copies the printed lines, with what the one before gave in the place of what stands in angle brackets. */
async function payAsPrinted(t: Test, output: string): Promise<void> {
  const lines = output.split('A payment, to copy')[1]?.split('\n').slice(1, 6) ?? []
  const [clientToken = '', register = '', authorize = '', release = '', read = ''] = lines
  const [exchange = ''] = /curl.*<code>.*/.exec(output) ?? []
  const given: Record<string, string> = {}
  const fill = (line: string) => line.replace(/<(\w+)>/g, (_, name: string) => given[name] ?? '')
  const run = (line: string): { status?: string } => {
    const answer = execFileSync('sh', ['-c', fill(line)], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    return Object.assign(given, JSON.parse(answer))
  }
  run(clientToken)
  t.equal(run(register).status, 'STORED')
  given.code = codeOf(await walkConsent(fill(authorize.trim()), { iban: 'NL62ABNA9999841479' }))
  run(exchange)
  t.equal(run(release).status, 'EXECUTED')
  t.equal(run(read).status, 'EXECUTED')
}

t.test('alone over HTTP: what it prints is what works', async (t) => {
  const port = await freePort()
  const bank = start(t, [
    ...['--port', `${port}`, '--client-id', 'TPP_mine', '--api-key', 'mine', '--redirect-uri', redirectUri],
    ...['--token-lifetime', '30', '--consent-days', '7', '--grace', '60', '--revocation'],
  ])
  await bank.untilListening()
  const settings = settingsIn(bank.output())
  const tls = { BANK_TLS_CERT_FILE: undefined, BANK_TLS_KEY_FILE: undefined, BANK_TLS_CA_FILE: undefined }
  t.strictSame(complaints({ ...tls, ...settings }), [], 'the broker takes these settings')
  const { BANK_TOKEN_ENDPOINT: tokenUrl = '', BANK_API_BASE_URL: apiUrl = '' } = settings
  t.equal(apiUrl, `http://127.0.0.1:${port}/v1`)
  t.match(bank.output(), /no real bank/)

  const callback = await walkConsent(authorizationUrlIn(bank.output()))
  t.ok(callback.startsWith(redirectUri))
  const send = async (form: Record<string, string>, url = tokenUrl) =>
    fetch(url, { method: 'POST', body: new URLSearchParams({ client_id: 'TPP_mine', ...form }) })
  const exchange = { grant_type: 'authorization_code', redirect_uri: redirectUri, code: codeOf(callback) }
  const first = await tokenBody(await send(exchange))
  t.equal(first.expires_in, 30)
  const refresh = { grant_type: 'refresh_token', refresh_token: first.refresh_token }
  await send(refresh)
  const inGrace = await send(refresh)
  t.equal(inGrace.status, 200)
  const { access_token, refresh_token } = await tokenBody(inGrace)
  const headers = { authorization: `Bearer ${access_token}`, 'api-key': 'mine' }
  const details = await fetch(`${apiUrl}/accounts/NL58ABNA9999142181/details`, { headers })
  t.match(await details.json(), { accountHolderName: 'S. Jansen' })
  const ledger = await fetch(`http://127.0.0.1:${port}/practice/ledger`)
  t.match(await ledger.json(), { totals: { presented: 2, grace: 1 } })
  t.equal((await send({ token: refresh_token }, settings.BANK_REVOCATION_ENDPOINT)).status, 200)
  t.equal((await fetch(`${apiUrl}/consentinfo`, { headers })).status, 401)

  if (hasCurl) await payAsPrinted(t, bank.output())

  const second = start(t, ['--port', `${port}`])
  t.equal(await second.ended, 1)
  t.match(second.errors(), `Port ${port} is taken`)

  bank.child.kill('SIGINT')
  t.equal(await bank.ended, 0)
  t.equal(bank.errors(), '')
})

t.test('with --tls it makes certificates, and refreshes for its client only', async (t) => {
  const folder = t.testdir()
  const [port, tokenPort] = [await freePort(), await freePort()]
  const flags = ['--port', `${port}`, '--token-port', `${tokenPort}`, '--tls', folder]
  const bank = start(t, [...flags, '--redirect-uri', redirectUri])
  await bank.untilListening()
  const settings = settingsIn(bank.output())
  t.strictSame(complaints(settings), [])
  const read = (name: string) => readFileSync(settings[name] ?? '', 'utf8')
  const [ca, cert, key] = ['BANK_TLS_CA_FILE', 'BANK_TLS_CERT_FILE', 'BANK_TLS_KEY_FILE'].map(read) as [
    string,
    string,
    string,
  ]
  t.equal(statSync(settings.BANK_TLS_KEY_FILE ?? '').mode & 0o077, 0, 'nobody else reads the key')
  const tokenUrl = settings.BANK_TOKEN_ENDPOINT ?? ''
  t.equal(tokenUrl, `https://127.0.0.1:${tokenPort}/as/token.oauth2`)

  const trusting = trustingFetch(ca)
  const callback = await walkConsent(authorizationUrlIn(bank.output()), { fetch: trusting.fetch })
  await trusting.close()
  const form = { grant_type: 'authorization_code', client_id: 'TPP_test', redirect_uri: redirectUri }
  const exchanged = await ask(tokenUrl, { ca, cert, key }, { ...form, code: codeOf(callback) })
  const { refresh_token } = JSON.parse(exchanged.body) as Tokens
  const refresh = { grant_type: 'refresh_token', client_id: 'TPP_test', refresh_token }
  await t.rejects(ask(tokenUrl, { ca }, refresh), 'no certificate')
  await t.rejects(ask(tokenUrl, { cert, key }, refresh), 'an authority nobody knows')
  t.equal((await ask(tokenUrl, { ca, cert, key }, refresh)).status, 200)
  bank.child.kill('SIGTERM')
  t.equal(await bank.ended, 0)

  const again = start(t, flags)
  await again.untilListening()
  t.equal(read('BANK_TLS_CERT_FILE'), cert, 'the next start finds them')
  again.child.kill('SIGINT')
  t.equal(await again.ended, 0)

  writeFileSync(join(folder, 'client-key.pem'), readFileSync(join(folder, 'server-key.pem')))
  const mixed = start(t, flags)
  t.equal(await mixed.ended, 1)
  t.match(mixed.errors(), /^--tls: \S+client\.pem and its key do not belong together\. What there is: /)
})

t.test('a wrong flag is named in one sentence', async (t) => {
  const cases: [string[], RegExp][] = [
    [['--colour', 'red'], /^Unknown option '--colour'\.$/],
    [['--port', '0'], /^--port must be a whole number from 1 to 65534\.$/],
    [['--token-lifetime', '2h'], /^--token-lifetime must be a whole number from 1 to 86400\.$/],
    [['--redirect-uri', '/callback'], /^--redirect-uri must be a whole http or https address /],
    [['--client-id', "it's"], /^--client-id must be one word of letters/],
    [['--port', '9400', '--token-port', '9400'], /^--port and --token-port are both 9400\.$/],
  ]
  for (const [flags, sentence] of cases) t.throws(() => readArguments(flags), { message: sentence })
  const bank = start(t, ['--grace', '-1'])
  t.equal(await bank.ended, 1)
  t.match(
    bank.errors(),
    /^Option '--grace' argument is ambiguous\. What there is: npm run practice-bank -- --help\n$/,
  )
  t.equal(bank.output(), '')
  t.match(HELP, /--redirect-uri <uri>/)
})
