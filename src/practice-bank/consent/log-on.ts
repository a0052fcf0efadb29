import { findCustomer, type PracticeCustomer } from '../customers.ts'
import type { Parameters } from '../parameters.ts'
import type { ConsentFlow } from './consent-flows.ts'
import type { Complaint } from './form.ts'
import { translations } from './translations.ts'

const codesAllowed = 3

/** What came of an attempt to log on; `stopped` after the last wrong code allowed. */
export type LogOn =
  | { kind: 'logged_on'; customer: PracticeCustomer }
  | { kind: 'refused'; complaint: Complaint }
  | { kind: 'stopped' }

/** Judges who somebody says they are, and counts wrong codes. */
export function logOn(flow: ConsentFlow, fields: Parameters['values']): LogOn {
  const texts = translations[flow.language].logOn
  const customer = findCustomer(fields.customer)
  const code = fields.code?.replace(/[\s.-]/g, '')
  if (customer === undefined) return refused('customer', texts.noCustomer)
  if (!code) return refused('code', texts.noCode)
  if (code === customer.code) return { kind: 'logged_on', customer }
  flow.wrongCodes += 1
  const left = codesAllowed - flow.wrongCodes
  return left > 0 ? refused('code', texts.wrongCode(left)) : { kind: 'stopped' }
}

function refused(field: string, text: string): LogOn {
  return { kind: 'refused', complaint: { field, text } }
}
