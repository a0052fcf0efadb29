import { BANK_TLS_NAMES, type TlsSettingNames } from './bank/index.ts'

/** How the log speaks of one of our certificates. */
export interface CertificateWording {
  readonly names: TlsSettingNames
  readonly used: string
  readonly changed: string
  readonly unusable: string
  readonly notLookedAt: string
  /** From when on its nearing end is an error. */
  readonly lastDaysMs: number
  readonly ends: Readonly<Record<EndState, string>>
}

/** What there is to say about a certificate's time. */
export type EndState = 'soon' | 'last_days' | 'ended' | 'not_yet'

const DAY_MS = 86_400_000

/** The client certificate for the bank. */
export const BANK_WORDING: CertificateWording = {
  names: BANK_TLS_NAMES,
  used: 'the bank is called with this certificate',
  changed: 'the files of the client certificate have changed: the bank is called with it from here on',
  unusable: 'the changed files of the client certificate cannot be used: the former go on',
  notLookedAt: 'the files of the client certificate could not be looked at',
  // A new QWAC takes days: to be ordered, and to be swapped by appointment (ABNAMRO.md section 7).
  lastDaysMs: 7 * DAY_MS,
  ends: {
    soon: 'the client certificate for the bank ends soon; order the next',
    last_days: 'the client certificate for the bank ends within days; swap it with the bank',
    ended: 'the client certificate for the bank has ended: the bank refuses us',
    not_yet: 'the client certificate for the bank is not valid yet: the bank refuses us',
  },
}

/** The certificate of the internal listener. */
export const INTERNAL_WORDING: CertificateWording = {
  names: {
    cert: 'INTERNAL_TLS_CERT_FILE',
    key: 'INTERNAL_TLS_KEY_FILE',
    passphrase: 'INTERNAL_TLS_KEY_PASSPHRASE_FILE',
    ca: 'INTERNAL_TLS_CLIENT_CA_FILE',
  },
  used: 'the internal listener shows this certificate',
  changed: 'the files of the internal listener have changed: new connections are made with them',
  unusable: 'the changed files of the internal listener cannot be used: the former go on',
  notLookedAt: 'the files of the internal listener could not be looked at',
  lastDaysMs: DAY_MS,
  ends: {
    soon: 'the certificate of the internal listener ends soon',
    last_days: 'the certificate of the internal listener ends within a day',
    ended: 'the certificate of the internal listener has ended: callers refuse it',
    not_yet: 'the certificate of the internal listener is not valid yet: callers refuse it',
  },
}
