import Type from 'typebox'
import { CONSENT_STATUSES } from '../../core/consent.ts'
import { BANK_CERTIFICATE_EXAMPLE, BankCertificateSchema } from './bank-certificate.ts'
import { DateTime, nullable, PLAIN_TEXT, ref, time } from './common.ts'
import { WEBHOOK_SUMMARY_EXAMPLE, WebhookSummarySchema } from './webhooks.ts'

const count = (description: string) => Type.Integer({ minimum: 0, description })

const skew = (than: string) =>
  nullable(Type.Number({ description: `How far its clock is ahead of ${than}; null until known.` }))

export const HoldRequestSchema = Type.Object(
  {
    reason: Type.String({
      minLength: 1,
      maxLength: 200,
      pattern: PLAIN_TEXT,
      description: 'Shown to operations in `GET /v1/status`.',
    }),
    until: Type.Optional(time('Within 24 hours; one hour from now by default.')),
  },
  { $id: 'HoldRequest', additionalProperties: false },
)

export const HOLD_EXAMPLE = {
  by: 'operations',
  reason: 'certificate swap with the bank',
  until: '2026-11-22T13:00:00.000Z',
}

export const HoldSchema = Type.Object(
  {
    by: Type.String({ description: 'The caller that holds it.' }),
    reason: Type.String(),
    until: time('When it ends by itself.'),
  },
  { $id: 'Hold', additionalProperties: false, examples: [HOLD_EXAMPLE] },
)

const GATE_EXAMPLE = {
  open: true,
  reason: null,
  since: null,
  score: 0,
  window: 32,
  canary_failures: 0,
  next_canary_at: null,
  healthy_at: '2026-11-22T11:59:59.000Z',
  events: [],
}

const CLOSED_GATE_EXAMPLE = {
  ...GATE_EXAMPLE,
  open: false,
  reason: 'bank_failing',
  since: '2026-11-22T11:58:00.000Z',
  score: 3,
  window: 1,
  canary_failures: 2,
  next_canary_at: '2026-11-22T12:00:08.000Z',
  healthy_at: '2026-11-22T11:57:58.000Z',
  events: [
    {
      type: 'gate.closed',
      actor: 'broker',
      detail: { reason: 'bank_failing', score: 3 },
      occurred_at: '2026-11-22T11:58:00.000Z',
    },
  ],
}

const GateEventSchema = Type.Object(
  {
    type: Type.String({
      description: '`gate.closed`, `gate.opened`, `gate.braked`, `gate.held` or `gate.resumed`.',
    }),
    actor: Type.String({ description: 'A caller, or `broker`.' }),
    detail: Type.Record(Type.String(), Type.Unknown()),
    occurred_at: DateTime,
  },
  { additionalProperties: false },
)

export const GateSchema = Type.Object(
  {
    open: Type.Boolean({ description: 'Whether refresh tokens are presented to the bank.' }),
    reason: nullable(
      Type.String({
        description:
          'Why it is closed. `bank_failing`: answers are lost. `bank_refuses_us`: our certificate or client id. `database_changed`: a failover or a restore. `refusal_brake`: the bank refuses too many tokens at once; only `POST /v1/refresher/resume` ends it.',
      }),
    ),
    since: nullable(DateTime),
    score: Type.Number({ minimum: 0, description: 'What counts against the bank; the gate closes at 3.' }),
    window: count('How many refreshes this replica may have in flight now.'),
    canary_failures: count('Single calls in a row that showed the bank not to be well.'),
    next_canary_at: nullable(DateTime),
    healthy_at: nullable(DateTime),
    events: Type.Array(GateEventSchema, { description: 'What happened to the gate, newest first.' }),
  },
  { $id: 'Gate', additionalProperties: false, examples: [GATE_EXAMPLE, CLOSED_GATE_EXAMPLE] },
)

export const STATUS_EXAMPLE = {
  consents: {
    ...Object.fromEntries(CONSENT_STATUSES.map((status) => [status, 0])),
    active: 1204,
    pending: 3,
  },
  refresh: {
    due: 2,
    oldest_due_at: '2026-11-22T11:59:58.000Z',
    lag_seconds: 2,
    failing: 0,
    uncertain: 0,
    hold: null,
    gate: GATE_EXAMPLE,
  },
  spool: { enabled: true, unsaved: 0, waiting: 0, set_aside: 0 },
  webhooks: WEBHOOK_SUMMARY_EXAMPLE,
  expiring_within_14_days: 37,
  counted_at: '2026-11-22T12:00:00.000Z',
  keys: ['2026-11'],
  clock: { database_skew_seconds: 0.012, bank_skew_seconds: 0 },
  bank_certificate: BANK_CERTIFICATE_EXAMPLE,
  internal_certificate: null,
}

export const StatusSchema = Type.Object(
  {
    consents: Type.Object(
      Object.fromEntries(CONSENT_STATUSES.map((status) => [status, Type.Integer({ minimum: 0 })])),
      { additionalProperties: false, description: 'How many consents have each status.' },
    ),
    refresh: Type.Object(
      {
        due: count('Pairs of tokens whose rotation is due.'),
        oldest_due_at: nullable(DateTime),
        lag_seconds: count('How long the oldest due pair has waited.'),
        failing: count('Pairs whose last rotation failed, and which will be tried again.'),
        uncertain: count('Pairs whose refresh token may be spent without an answer.'),
        hold: Type.Union([ref(HoldSchema), Type.Null()], {
          description: 'Set while refreshing is held by hand.',
        }),
        gate: ref(GateSchema),
      },
      { additionalProperties: false },
    ),
    spool: Type.Object(
      {
        enabled: Type.Boolean({ description: 'Whether SPOOL_DIR is set.' }),
        unsaved: count('Answers of the bank in memory that the database has not taken at once.'),
        waiting: count('Files in SPOOL_DIR that this replica is to save.'),
        set_aside: count('Files in SPOOL_DIR that could not be replayed; the log says why.'),
      },
      {
        additionalProperties: false,
        description: 'Answers of the bank that are not in the database, as the replica that answers sees it.',
      },
    ),
    webhooks: WebhookSummarySchema,
    expiring_within_14_days: count('Consents to be renewed within 14 days.'),
    counted_at: time(
      'As of when consents, `due`, `failing`, `uncertain` and `expiring_within_14_days` are counted. Beyond 20,000 consents the counting takes a twentieth of the time at most.',
    ),
    clock: Type.Object(
      {
        database_skew_seconds: skew("the database's, which decides leases and due times"),
        bank_skew_seconds: skew("the bank's, beyond what its `Date` header's grain of a second leaves open"),
      },
      { additionalProperties: false, description: 'Of the replica that answers.' },
    ),
    bank_certificate: Type.Union([ref(BankCertificateSchema), Type.Null()], {
      description:
        'By which the bank knows the replica that answers; null where there is none, as at a bank on loopback.',
    }),
    internal_certificate: Type.Union([ref(BankCertificateSchema), Type.Null()], {
      description:
        'Which the internal listener of the replica that answers shows; null where it speaks plain HTTP.',
    }),
    keys: Type.Array(Type.String(), { description: 'Ids of the key ring; the first seals.' }),
  },
  { $id: 'Status', additionalProperties: false, examples: [STATUS_EXAMPLE] },
)

export const HealthSchema = Type.Object(
  {
    status: Type.String({ description: '`ok`, `unready` or `stalled`.' }),
    reason: Type.Optional(Type.String({ description: 'Why it is unready: `starting` or `draining`.' })),
    waits_for: Type.Optional(Type.String({ description: 'What the start waits for, as a sentence.' })),
    loops: Type.Optional(
      Type.Array(
        Type.Object(
          {
            name: Type.String({ description: '`rotation`, `gate`, `housekeeping` …' }),
            since: Type.String({ format: 'date-time', description: 'When it turned last.' }),
          },
          { additionalProperties: false },
        ),
        { description: 'Background loops that stand still.' },
      ),
    ),
  },
  { $id: 'Health', additionalProperties: false, examples: [{ status: 'ok' }] },
)
