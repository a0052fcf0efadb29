import type { CoreSettings, Ports } from './ports.ts'

/** The certificates that tokens are bound to, as all replicas share them. Every call may raise TryLaterError. */
export interface CertificateStore {
  /**
   * Notes what this process calls the bank with. One that was not known is the newest; one that was becomes it
   * again only where it was `taken` in place of another, since a replica may start late with an old one.
   */
  note(bank: string, certificate: string, how: 'started' | 'taken'): Promise<void>
  /** Makes some of the pairs due that were obtained with another certificate than the newest, where that is ours. */
  makeDue(input: MakeDueInput): Promise<MadeDue>
}

export interface MakeDueInput {
  readonly bank: string
  /** Ours. */
  readonly certificate: string
  /** Over how long they fall due, evenly. */
  readonly spreadMs: number
  /** How long after the change an answer may still come that was asked for with the former. */
  readonly settleMs: number
  /** How many pairs to look at. */
  readonly limit: number
}

export interface MadeDue {
  readonly madeDue: number
  /** There are more to look at now. */
  readonly more: boolean
}

const LOOK_AT = 2_000
const MOST_LOOKS = 20

type BoundPorts = Pick<Ports, 'bank' | 'certificates' | 'log'>
type BoundSettings = Pick<CoreSettings, 'certificateSpreadMs' | 'abandonAfterMs' | 'leaseMarginMs'>

/**
 * Has tokens that are bound to a former certificate refreshed, spread out (RFC 8705 section 6.3). Nothing is read
 * or written where the bank binds none.
 */
export function createFollowCertificate({ bank, certificates, log }: BoundPorts, settings: BoundSettings) {
  let noted: string | null = null

  async function note(certificate: string): Promise<void> {
    if (noted === certificate) return
    await certificates.note(bank.id, certificate, noted === null ? 'started' : 'taken')
    noted = certificate
  }

  return async function followCertificate(): Promise<void> {
    const certificate = bank.boundTo()
    if (certificate === null) return
    await note(certificate)
    const input = {
      bank: bank.id,
      certificate,
      spreadMs: settings.certificateSpreadMs,
      settleMs: settings.abandonAfterMs + settings.leaseMarginMs,
      limit: LOOK_AT,
    }
    let madeDue = 0
    for (let looks = 0; looks < MOST_LOOKS; looks += 1) {
      const made = await certificates.makeDue(input)
      madeDue += made.madeDue
      if (!made.more) break
    }
    if (madeDue > 0) log.info({ madeDue }, 'tokens of a former certificate are to be refreshed')
  }
}
