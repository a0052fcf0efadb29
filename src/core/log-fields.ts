/**
 * Every field that a line of the log may have beside `level`, `time`, `pid`, `hostname`, `msg` and those of a trace.
 * Names are stable: who searches the log relies on them. README tells of them; `test/service/log-fields.ts` holds
 * both to the lines of a whole run.
 */
export interface LogFields {
  /** The caller's `X-Request-Id`, or one that was made. */
  readonly requestId?: string
  readonly method?: string
  /** The route's pattern, never the URL. */
  readonly route?: string
  readonly status?: number
  readonly durationMs?: number
  readonly callerId?: string | undefined
  /** The client left before its answer. */
  readonly clientLeft?: boolean
  /** Refused requests, or events, of which only the number is told. */
  readonly count?: number | undefined
  readonly consentId?: string | undefined
  readonly chain?: number
  readonly version?: number
  readonly attemptId?: string
  /** How often the bank may have seen this refresh token: 1 or 2. */
  readonly presentation?: number
  readonly outcome?: string
  readonly reason?: string | null | undefined
  /** How long after it was due the refresh token was presented. */
  readonly lateMs?: number | undefined
  /** Keyed hashes of tokens; they tell that two are the same, and nothing more. */
  readonly fingerprint?: string
  readonly refreshFingerprint?: string
  readonly newRefreshFingerprint?: string | undefined
  readonly expiresAt?: Date
  readonly refreshState?: string
  readonly scope?: string
  readonly authorizationId?: string
  /** Of a code exchange: `first` or `renewal`. */
  readonly kind?: string
  readonly result?: string
  readonly gate?: string
  readonly since?: Date | null
  readonly until?: Date | string
  /** What it was before: a gate's reason, a strain. */
  readonly former?: string | null | undefined
  readonly strain?: string
  /** Of a webhook. */
  readonly subscriber?: string
  readonly deliveryId?: string
  readonly type?: string
  readonly err?: unknown
  /** Of an error, as a problem document has it or as Node does. */
  readonly code?: string | undefined
  readonly failures?: number
  readonly loop?: string
  readonly waitedMs?: number
  readonly applied?: readonly string[]
  readonly internalUrl?: string
  readonly publicUrl?: string
  readonly signal?: string
  readonly setting?: string
  readonly file?: string
  readonly files?: number
  readonly setAsideAs?: string | null
  readonly waiting?: number
  readonly why?: string
  readonly atBank?: string
  readonly counts?: number
  readonly handOuts?: number
  readonly madeDue?: number
  readonly against?: string
  readonly aheadSeconds?: number
  readonly fingerprintSha256?: string
  readonly serialNumber?: string
  readonly issuer?: string
  readonly notAfter?: Date
  readonly endsAt?: Date
  readonly daysLeft?: number
  readonly abandoned?: number
  readonly expired?: number
  readonly exchangesLost?: number
  readonly claimsLost?: number
  readonly rotationsLost?: number
  readonly erased?: number
  readonly expiring?: number
}
