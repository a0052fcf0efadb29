import { duration, wait } from './duration.ts'
import { readableFile } from './file.ts'
import { like } from './parser.ts'
import { defaulted, optional } from './setting.ts'

const file = (name: string) => like(`/etc/token-broker/${name}`, readableFile)

/** TLS on the internal listener; without certificate and key it speaks plain HTTP. */
export const INTERNAL_TLS = {
  INTERNAL_TLS_CERT_FILE: optional(
    file('internal.pem'),
    'The certificate of the internal listener (PEM, with its chain): it speaks TLS 1.2 or 1.3 only from then on.',
  ),
  INTERNAL_TLS_KEY_FILE: optional(
    file('internal-key.pem'),
    'Its private key (PEM; PKCS #8 or older, encrypted or not).',
  ),
  INTERNAL_TLS_KEY_PASSPHRASE_FILE: optional(
    file('internal-key.passphrase'),
    'The passphrase of an encrypted `INTERNAL_TLS_KEY_FILE`; a line break at its end is dropped.',
  ),
  INTERNAL_TLS_CLIENT_CA_FILE: optional(
    file('client-ca.pem'),
    'Who signs the certificates of clients (PEM): if set, only `/livez` and `/readyz` are answered without one.',
  ),
  INTERNAL_TLS_RELOAD_EVERY: defaulted(
    '10s',
    wait,
    'How often these files are looked at: what has changed is used from then on, for new connections.',
  ),
  INTERNAL_TLS_WARN_BEFORE: defaulted(
    '7d',
    duration,
    "How long before the end of the listener's certificate, or of its chain, the log warns of it, once a day.",
  ),
}
