import Type from 'typebox'
import { CONSENT_STATUSES } from '../../core/consent.ts'
import { CALLER_ID, oneOf, PageQuery, PLAIN_TEXT } from '../schemas/common.ts'

/** The filters and paging of the consent list. */
export const ListQuery = Type.Object(
  {
    status: Type.Optional(oneOf(CONSENT_STATUSES, { description: 'As it is now.' })),
    customer_reference: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 200,
        pattern: PLAIN_TEXT,
        description: 'As given at the start.',
      }),
    ),
    iban: Type.Optional(
      Type.String({ pattern: '^[A-Za-z0-9 ]{5,42}$', description: 'The whole IBAN; spaces do not matter.' }),
    ),
    // Without an example: Swagger UI would fill it in, and list next to nothing.
    expires_before: Type.Optional(
      Type.String({ format: 'date-time', description: 'Consents that end before then (RFC 3339).' }),
    ),
    owner: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 100,
        pattern: CALLER_ID,
        description: 'The caller they belong to; others than yourself for `ops` only.',
      }),
    ),
    sort: Type.Optional(
      oneOf(['attention', 'newest'], {
        default: 'attention',
        description: `\`attention\`: what needs a person first (\`reauthorization_required\`, soonest end first), then
rotations in trouble (soonest end of the token in hand first), then active ones by their soonest end, then pending, then
ended ones (newest first, as pending). With \`owner\`, \`customer_reference\`, \`iban\` or \`expires_before\`, and for who sees its
own alone, trouble is not set apart. \`newest\`: by \`created_at\`; with \`expires_before\`, pages may be short.`,
      }),
    ),
    ...PageQuery,
  },
  { additionalProperties: false },
)
