import type { TlsIdentity } from './bank/index.ts'
import { createEndWarning, identityOf } from './certificate-end.ts'
import type { CertificateWording } from './certificate-wording.ts'
import type { TlsSettings } from './config.ts'
import type { BankCertificate } from './core/bank-certificate.ts'
import type { Clock } from './core/clock.ts'
import { OperatorError } from './core/errors.ts'
import { readIdentity } from './identity-files.ts'
import type { Logger } from './logger.ts'
import { createReminder } from './reminder.ts'

/** What shows a certificate: the port to the bank, or the internal listener. */
export interface CertificateHolder {
  /** Null where there is none. */
  certificate(): BankCertificate | null
  /** Goes on as somebody else; raises OperatorError and stays who it was. */
  become(identity: TlsIdentity): void
}

export interface CertificateWatchOptions {
  readonly holder: CertificateHolder
  readonly wording: CertificateWording
  readonly files: TlsSettings
  /** What the holder was opened with. */
  readonly identity: TlsIdentity
  readonly clock: Pick<Clock, 'now' | 'sleep'>
  readonly log: Pick<Logger, 'info' | 'warn' | 'error'>
  /** Told of the certificate in use, at the start and when it is another. */
  readonly onCertificate: (certificate: BankCertificate | null) => void
  /** Told when the holder is somebody else from then on. */
  readonly onChange?: () => Promise<void>
}

export interface CertificateWatch {
  stop(): Promise<void>
}

const REMIND_MS = 3_600_000

/**
 * Looks at the files again and again, by their content: secrets are swapped by links, of which nothing tells. What
 * is half written, does not fit together or is out of its time is left for the next look, and the former goes on.
 */
export function startCertificateWatch(options: CertificateWatchOptions): CertificateWatch {
  const { holder, wording, files, clock, log, onCertificate, onChange = async () => {} } = options
  const stopping = new AbortController()
  const warnOfEnd = createEndWarning({ log, warnBeforeMs: files.warnBeforeMs, wording })
  const isWorthSaying = createReminder(REMIND_MS)
  let used = options.identity

  function show(text: string): void {
    const certificate = holder.certificate()
    onCertificate(certificate)
    if (certificate !== null) log.info(identityOf(certificate), text)
  }

  async function look(): Promise<void> {
    try {
      const found = await readIdentity(files, wording.names)
      if (!isSame(found, used)) await use(found)
      isWorthSaying(null, clock.now())
    } catch (error) {
      if (!(error instanceof OperatorError)) throw error
      const reason = error.message
      if (isWorthSaying(reason, clock.now())) log.warn({ reason }, wording.unusable)
    }
  }

  async function use(found: TlsIdentity): Promise<void> {
    holder.become(found)
    used = found
    show(wording.changed)
    await onChange().catch((err: unknown) =>
      log.warn({ err }, 'the gate does not know of the certificate yet'),
    )
  }

  function tellOfEnd(): void {
    const certificate = holder.certificate()
    if (certificate !== null) warnOfEnd(certificate, clock.now())
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      tellOfEnd()
      await clock.sleep(files.reloadEveryMs, stopping.signal)
      if (!stopping.signal.aborted)
        await look().catch((err: unknown) => log.error({ err }, wording.notLookedAt))
    }
  }

  show(wording.used)
  const running = hasFiles(files) ? run() : Promise.resolve()
  return {
    stop: async () => {
      stopping.abort()
      await running
    },
  }
}

function hasFiles({ certFile, caFile }: TlsSettings): boolean {
  return certFile !== null || caFile !== null
}

function isSame(one: TlsIdentity, other: TlsIdentity): boolean {
  return (['cert', 'key', 'passphrase', 'ca'] as const).every((name) => one[name] === other[name])
}
