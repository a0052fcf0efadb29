import {
  BANK_TLS_NAMES,
  profiles,
  type Reached,
  reachEndpoint,
  resolveEndpoints,
  type TlsIdentity,
} from '../bank/index.ts'
import { readIdentity } from '../identity-files.ts'
import { attempt } from './attempt.ts'
import { judgeIdentity } from './certificates.ts'
import { describeSkew } from './clocks.ts'
import { type Finding, failure, ok, type Report, skipped, warning } from './finding.ts'
import { need } from './settings.ts'
import type { Surroundings } from './surroundings.ts'

/** Our certificate, and whether the bank takes it: no token, client id or key is sent. */
export async function checkBank(surroundings: Surroundings): Promise<readonly Report[]> {
  let identity: TlsIdentity | null = null
  const certificate = await attempt('client certificate', surroundings, async () => {
    const read = await readBankIdentity(surroundings)
    const findings = judge(read, surroundings)
    identity = read
    return findings
  })
  const reaching = [
    attempt('token endpoint', surroundings, () => reach('token', identity, surroundings)),
    attempt('bank API', surroundings, () => reach('api', identity, surroundings)),
  ]
  return [certificate, ...(await Promise.all(reaching))]
}

function readBankIdentity({ env }: Surroundings): Promise<TlsIdentity> {
  const files = need(
    env,
    'BANK_TLS_CERT_FILE',
    'BANK_TLS_KEY_FILE',
    'BANK_TLS_KEY_PASSPHRASE_FILE',
    'BANK_TLS_CA_FILE',
  )
  return readIdentity({
    certFile: files.BANK_TLS_CERT_FILE,
    keyFile: files.BANK_TLS_KEY_FILE,
    passphraseFile: files.BANK_TLS_KEY_PASSPHRASE_FILE,
    caFile: files.BANK_TLS_CA_FILE,
  })
}

function judge(identity: TlsIdentity, surroundings: Surroundings): readonly Finding[] {
  const { env, clock } = surroundings
  const { BANK_TLS_WARN_BEFORE: warnBeforeMs } = need(env, 'BANK_TLS_WARN_BEFORE')
  const judged = { names: BANK_TLS_NAMES, warnBeforeMs, now: clock.now(), isClient: true }
  const findings = judgeIdentity(identity, judged)
  return findings.length > 0 ? findings : [judgeNone(surroundings)]
}

function judgeNone({ env }: Surroundings): Finding {
  return endpointsOf(env).token.startsWith('https:')
    ? failure('None, and the token endpoint is https: set BANK_TLS_CERT_FILE and BANK_TLS_KEY_FILE.')
    : ok('None, and none is needed: the token endpoint is plain http.')
}

async function reach(
  which: 'token' | 'api',
  identity: TlsIdentity | null,
  { env, clock, timeoutMs }: Surroundings,
): Promise<readonly Finding[]> {
  if (identity === null) return [skipped('Not looked at: the client certificate cannot be used.')]
  const endpoint = endpointsOf(env)[which]
  const proven = which === 'token'
  const reached = await reachEndpoint(endpoint, {
    identity,
    proven,
    timeoutMs: timeoutMs / 3,
    now: clock.now,
  })
  const { origin } = new URL(endpoint)
  const skew = reached.kind === 'answered' && proven ? (reached.aheadMs ?? 0) : 0
  const clocks = skew === 0 ? [] : [describeSkew("the bank's", skew)].filter(({ level }) => level !== 'ok')
  return [describeReached(reached, origin), ...clocks]
}

function endpointsOf(env: Surroundings['env']) {
  const set = need(
    env,
    'BANK_PROFILE',
    'BANK_AUTHORIZATION_ENDPOINT',
    'BANK_TOKEN_ENDPOINT',
    'BANK_API_BASE_URL',
  )
  return resolveEndpoints(
    {
      authorizationEndpoint: set.BANK_AUTHORIZATION_ENDPOINT ?? undefined,
      tokenEndpoint: set.BANK_TOKEN_ENDPOINT ?? undefined,
      apiBaseUrl: set.BANK_API_BASE_URL ?? undefined,
    },
    profiles[set.BANK_PROFILE],
  )
}

const UNREACHABLE: Readonly<Record<string, string>> = {
  dns_failed: 'its name cannot be resolved. Check DNS, and the endpoint that is set',
  connect_refused: 'nothing listens there. Check the endpoint that is set, and firewalls',
  connect_timeout: 'it does not answer. Check firewalls and routes from here',
  connect_unreachable: 'there is no route to it',
  abandoned: 'it does not answer. Check firewalls and routes from here',
  bank_certificate_untrusted:
    "its certificate is not trusted. Check BANK_TLS_CA_FILE, or leave it out to use Node's own list",
  connection_reset: 'it ended the connection, as one does that refuses our client certificate',
  connection_lost: 'it ended the connection, as one does that refuses our client certificate',
  handshake_failed: 'TLS cannot be set up with it. Check that the endpoint is https there',
}

function describeReached(reached: Reached, origin: string): Finding {
  if (reached.kind === 'certificate_rejected')
    return failure(
      `${origin} refuses our client certificate. Compare it with the one that the bank has on file, its end and its chain.`,
    )
  if (reached.kind === 'unreachable')
    return failure(
      `${origin}: ${UNREACHABLE[reached.reason] ?? 'the request came to nothing'} (${reached.reason}).`,
    )
  const { status } = reached
  if (status >= 500)
    return warning(`${origin} answers ${status} to a bare request: the bank may be in trouble.`)
  return ok(`${origin} answers (${status} to a bare GET).`)
}
