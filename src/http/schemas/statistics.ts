import Type from 'typebox'
import { PERMISSIONS } from '../../core/caller.ts'
import { oneOf, time } from './common.ts'

const count = (description: string) => Type.Integer({ minimum: 0, description })

const DAY_MS = 86_400_000
const QUARTER_MS = 15 * 60_000
const MEASURED = Date.parse('2026-11-22T12:00:00.000Z')
const FIRST_QUARTER = MEASURED - 95 * QUARTER_MS

/** A quiet day: as many entries as every answer has. */
export const STATISTICS_EXAMPLE = {
  measured_at: new Date(MEASURED).toISOString(),
  endings: Array.from({ length: 14 }, (_, day) => ({
    date: new Date(MEASURED + day * DAY_MS).toISOString().slice(0, 10),
    count: day % 5,
  })),
  rotations: Array.from({ length: 96 }, (_, quarter) => ({
    from: new Date(FIRST_QUARTER + quarter * QUARTER_MS).toISOString(),
    ...{ rotated: 150, refused: 0, uncertain: 0, our_fault: 0, not_processed: 0 },
  })),
}

const EndingSchema = Type.Object(
  {
    date: Type.String({ format: 'date', description: 'A day of UTC.' }),
    count: count('Consents that live now and end on that day.'),
  },
  { additionalProperties: false },
)

const QuarterSchema = Type.Object(
  {
    from: time('When the quarter of an hour began.'),
    rotated: count('The bank gave a new pair.'),
    refused: count('The bank refused the token.'),
    uncertain: count('The answer was lost: the token may be spent.'),
    our_fault: count('The bank refused us: certificate or client id.'),
    not_processed: count('The request never left, or the bank put it off.'),
  },
  { additionalProperties: false, description: 'Refresh tokens presented, by outcome, of all replicas.' },
)

export const StatisticsSchema = Type.Object(
  {
    measured_at: time('As of when endings are counted.'),
    endings: Type.Array(EndingSchema, { description: '14 days, today first.' }),
    rotations: Type.Array(QuarterSchema, { description: 'The last 24 hours by quarters, oldest first.' }),
  },
  { $id: 'Statistics', additionalProperties: false, examples: [STATISTICS_EXAMPLE] },
)

export const CALLER_EXAMPLE = { id: 'ledger', permissions: ['tokens', 'consents:read'] }

export const CallerSchema = Type.Object(
  {
    id: Type.String({ description: 'As CALLERS_FILE or the identity provider names it.' }),
    permissions: Type.Array(oneOf(PERMISSIONS)),
  },
  { $id: 'Caller', additionalProperties: false, examples: [CALLER_EXAMPLE] },
)
