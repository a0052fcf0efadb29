import type { Meter } from '../../core/ports.ts'
import { type Instruments, NO_LABELS } from './instruments.ts'

/** Answers of the bank that are not in the database: any that stays calls for a look. */
export function answerMetrics({ counter, gauge }: Instruments): Pick<Meter, 'answers' | 'answerSetAside'> {
  const unsaved = gauge({
    name: 'token_broker_unsaved_answers',
    help: 'Answers of the bank that the database has not taken at once, in memory.',
    labels: NO_LABELS,
  })
  const spooled = gauge({
    name: 'token_broker_spooled_answers',
    help: 'Answers of the bank in SPOOL_DIR that this process is to save.',
    labels: NO_LABELS,
  })
  const setAside = counter({
    name: 'token_broker_set_aside_answers_total',
    help: 'Answers that the database had no place for, kept under another name in SPOOL_DIR.',
    labels: NO_LABELS,
  })
  const waiting = { unsaved: 0, spooled: 0 }
  const show = () => {
    unsaved({}, waiting.unsaved)
    spooled({}, waiting.spooled)
  }
  show()
  return {
    answers: (state, change) => {
      waiting[state] += change
      show()
    },
    answerSetAside: () => setAside({}),
  }
}
