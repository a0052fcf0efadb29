import { ProblemSchema } from './common.ts'
import * as consent from './consent.ts'
import * as token from './token.ts'

export * from './common.ts'

/** The named schemas of the document; routes refer to them by `$id`. */
export const COMPONENTS = [ProblemSchema, ...Object.values(consent), ...Object.values(token)] as const

export { consent, token }
