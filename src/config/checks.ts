import { profiles } from '../bank/profiles.ts'
import { CALLER_CHECKS } from './caller-checks.ts'
import type { Values } from './table.ts'

/** A rule over several settings: it passes over those that could not be read. */
type Check = (values: Partial<Values>) => string | null

/** Gives a sentence for each rule between settings that is broken. */
export function checkTogether(values: Partial<Values>): readonly string[] {
  return CHECKS.map((check) => check(values)).filter((sentence) => sentence !== null)
}

const CHECKS: readonly Check[] = [
  sameHost,
  bothOrNone('BANK_TLS_CERT_FILE', 'BANK_TLS_KEY_FILE'),
  bothOrNone('INTERNAL_TLS_CERT_FILE', 'INTERNAL_TLS_KEY_FILE'),
  passphraseOfAKey,
  internalTlsWhole,
  clientCertificate,
  abandonAfterTimeout,
  adviceWithinConsent,
  retentionAfterAnswers,
  twoPorts,
  ...CALLER_CHECKS,
]

/** The cookie that binds a browser knows hosts, not ports (RFC 6265 section 8.5). */
function sameHost({ BIND_USER_AGENT, PUBLIC_URL, BANK_REDIRECT_URI }: Partial<Values>): string | null {
  if (BIND_USER_AGENT !== 'required' || !PUBLIC_URL || !BANK_REDIRECT_URI) return null
  if (new URL(PUBLIC_URL).hostname === new URL(BANK_REDIRECT_URI).hostname) return null
  return (
    'PUBLIC_URL and BANK_REDIRECT_URI must have the same host while BIND_USER_AGENT is required, or the ' +
    'cookie that binds the browser gets lost; right values are https://consent.example.nl and ' +
    'https://consent.example.nl/callback.'
  )
}

function bothOrNone(cert: keyof Values, key: keyof Values): Check {
  return (values) => {
    if (values[cert] === undefined || values[key] === undefined) return null
    if ((values[cert] === null) === (values[key] === null)) return null
    const [missing, given] = values[cert] === null ? [cert, key] : [key, cert]
    return `${missing} is missing beside ${given}; set both or none, such as /etc/token-broker/tls.pem.`
  }
}

function passphraseOfAKey(values: Partial<Values>): string | null {
  const { BANK_TLS_KEY_PASSPHRASE_FILE: passphrase, BANK_TLS_KEY_FILE: key } = values
  if (!passphrase || key !== null) return null
  return 'BANK_TLS_KEY_FILE is missing beside BANK_TLS_KEY_PASSPHRASE_FILE, such as /etc/token-broker/qwac-key.pem.'
}

/** The profiles' own token endpoints are https. */
function clientCertificate(values: Partial<Values>): string | null {
  const { BANK_TLS_CERT_FILE, BANK_TLS_KEY_FILE, BANK_TOKEN_ENDPOINT } = values
  const none = BANK_TLS_CERT_FILE === null && BANK_TLS_KEY_FILE === null
  const plainHttp = BANK_TOKEN_ENDPOINT?.startsWith('http:')
  if (!none || plainHttp || BANK_TOKEN_ENDPOINT === undefined) return null
  return (
    "BANK_TLS_CERT_FILE and BANK_TLS_KEY_FILE are missing, and the bank's https token endpoint asks for a " +
    'client certificate; right values are /etc/token-broker/qwac.pem and /etc/token-broker/qwac-key.pem.'
  )
}

function abandonAfterTimeout({ BANK_ABANDON_AFTER, BANK_TIMEOUT }: Partial<Values>): string | null {
  if (BANK_ABANDON_AFTER === undefined || BANK_TIMEOUT === undefined) return null
  if (BANK_ABANDON_AFTER >= BANK_TIMEOUT) return null
  return 'BANK_ABANDON_AFTER must be at least as long as BANK_TIMEOUT; right values are 120s and 10s.'
}

/** A new consent would be due for renewal the moment it is given. */
function adviceWithinConsent(values: Partial<Values>): string | null {
  const { RENEWAL_ADVISED_BEFORE, CONSENT_VALIDITY, BANK_PROFILE } = values
  if (!RENEWAL_ADVISED_BEFORE || CONSENT_VALIDITY === undefined || !BANK_PROFILE) return null
  if (RENEWAL_ADVISED_BEFORE < (CONSENT_VALIDITY ?? profiles[BANK_PROFILE].consentValidityMs)) return null
  return 'RENEWAL_ADVISED_BEFORE must be shorter than CONSENT_VALIDITY; right values are 14d and 90d.'
}

/** What is erased takes no answer in: none may still be on its way. */
function retentionAfterAnswers(values: Partial<Values>): string | null {
  const { RETENTION, AUTHORIZATION_EXPIRES_AFTER, BANK_ABANDON_AFTER, LEASE_MARGIN, SALVAGE_WAIT } = values
  if (!RETENTION || AUTHORIZATION_EXPIRES_AFTER === undefined) return null
  const answersMs = (BANK_ABANDON_AFTER ?? 0) + (LEASE_MARGIN ?? 0) + (SALVAGE_WAIT ?? 0)
  if (RETENTION > Math.max(AUTHORIZATION_EXPIRES_AFTER, answersMs)) return null
  return (
    'RETENTION must be longer than AUTHORIZATION_EXPIRES_AFTER, and than BANK_ABANDON_AFTER, LEASE_MARGIN and ' +
    'SALVAGE_WAIT together, or what is still on its way would come to a consent that is erased; a right value is 400d.'
  )
}

/** An operator who sets one of these believes in TLS: plain HTTP instead would be worse than not starting. */
function internalTlsWhole(values: Partial<Values>): string | null {
  if (values.INTERNAL_TLS_CERT_FILE !== null || values.INTERNAL_TLS_KEY_FILE !== null) return null
  const alone = (['INTERNAL_TLS_CLIENT_CA_FILE', 'INTERNAL_TLS_KEY_PASSPHRASE_FILE'] as const).find(
    (name) => values[name],
  )
  if (alone === undefined) return null
  return (
    `INTERNAL_TLS_CERT_FILE and INTERNAL_TLS_KEY_FILE are missing beside ${alone}; right values are ` +
    '/etc/token-broker/internal.pem and /etc/token-broker/internal-key.pem.'
  )
}

function twoPorts(values: Partial<Values>): string | null {
  const { INTERNAL_HOST, INTERNAL_PORT, PUBLIC_HOST, PUBLIC_PORT } = values
  if (INTERNAL_PORT === undefined || INTERNAL_PORT === 0) return null
  if (INTERNAL_PORT !== PUBLIC_PORT || INTERNAL_HOST !== PUBLIC_HOST) return null
  return 'INTERNAL_PORT and PUBLIC_PORT must differ on one host; right values are 8080 and 8081.'
}
