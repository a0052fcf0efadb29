import { consentsImport } from './consents-import.ts'
import { consentsList } from './consents-list.ts'
import { consentsRenew } from './consents-renew.ts'
import { consentsRevoke } from './consents-revoke.ts'
import { consentsShow } from './consents-show.ts'
import type { Command } from './define.ts'
import { doctor } from './doctor.ts'
import { events } from './events.ts'
import { hold, resume } from './hold.ts'
import { status } from './status.ts'
import { webhooksList } from './webhooks-list.ts'
import { webhooksResend } from './webhooks-resend.ts'

/** Every command, in the order in which they are shown. */
export const COMMANDS: readonly Command[] = [
  status,
  doctor,
  consentsList,
  consentsShow,
  consentsRenew,
  consentsRevoke,
  consentsImport,
  events,
  hold,
  resume,
  webhooksList,
  webhooksResend,
]
