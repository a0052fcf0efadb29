import type { Status } from './answers.ts'
import { shortTime } from './printable.ts'

/** Where the log and the alerts begin to warn; certificates of our own listener may be given for days only. */
const WORTH_A_LOOK = { lagSeconds: 300, skewSeconds: 2, bankCertificateDays: 30, internalCertificateDays: 7 }

const GATE: Readonly<Record<string, string>> = {
  bank_failing: 'the bank fails: single calls try it now and then, and it goes on by itself',
  bank_refuses_us: 'the bank refuses us: look at the client certificate, its end, and BANK_CLIENT_ID',
  database_changed:
    'the database is another than it was, after a failover or a restore: single calls try it first',
  refusal_brake:
    'the bank refuses many tokens at once: find out why, then "token-broker resume" lets it go on',
}

/** A sentence for each thing that calls for a look; none where all is well. */
export function troublesOf(status: Status): readonly string[] {
  return [...refreshTroubles(status), ...spoolTroubles(status), ...ends(status), ...others(status)]
}

function refreshTroubles({ refresh }: Status): readonly string[] {
  const { gate, hold, lag_seconds: lag } = refresh
  const reason = gate.reason === null ? '' : (GATE[gate.reason] ?? gate.reason)
  const isStopped = !gate.open || hold !== null
  return [
    ...(gate.open ? [] : [`The gate is closed since ${shortTime(gate.since)}: ${reason}.`]),
    ...(hold === null
      ? []
      : [
          `Refreshing is held by ${hold.by} until ${shortTime(hold.until)}: ${hold.reason}. "token-broker resume" ends that.`,
        ]),
    ...(isStopped || lag <= WORTH_A_LOOK.lagSeconds
      ? []
      : [
          `Rotations are ${lag} s late: see whether REFRESHER is on somewhere, and BANK_MAX_CONCURRENCY enough.`,
        ]),
  ]
}

function spoolTroubles({ spool }: Status): readonly string[] {
  const unsaved = spool.unsaved + spool.waiting
  return [
    ...(unsaved === 0
      ? []
      : [
          `${unsaved} answers of the bank are not in the database yet: do not delete SPOOL_DIR or kill this replica.`,
        ]),
    ...(spool.set_aside === 0
      ? []
      : [`${spool.set_aside} files in SPOOL_DIR are set aside: the log says why.`]),
  ]
}

function ends({ bank_certificate: bank, internal_certificate: internal }: Status): readonly string[] {
  const nearing = [
    ['client certificate for the bank', bank, WORTH_A_LOOK.bankCertificateDays],
    ['certificate of the internal listener', internal, WORTH_A_LOOK.internalCertificateDays],
  ] as const
  return nearing.flatMap(([name, certificate, days]) => {
    if (certificate === null || certificate.days_left >= days) return []
    return [
      certificate.days_left < 0
        ? `The ${name} has ended.`
        : `The ${name}, or its chain, ends in ${certificate.days_left} days.`,
    ]
  })
}

function others({ clock, webhooks }: Status): readonly string[] {
  const { database_skew_seconds: skew } = clock
  const dead = webhooks?.dead ?? 0
  return [
    ...(skew === null || Math.abs(skew) <= WORTH_A_LOOK.skewSeconds
      ? []
      : [
          `The clock of this replica is ${Math.abs(skew)} s ${skew > 0 ? 'ahead of' : 'behind'} the database's.`,
        ]),
    ...(dead === 0
      ? []
      : [`${dead} webhooks were given up: "token-broker webhooks list --state dead" shows them.`]),
  ]
}
