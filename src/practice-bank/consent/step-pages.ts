import type { Answer } from '../answer.ts'
import { accountPage } from './account-page.ts'
import { authorisePage } from './authorise-page.ts'
import type { ConsentStep } from './consent-flows.ts'
import { complaintNote } from './form.ts'
import { html } from './html.ts'
import { renderPage } from './layout.ts'
import { logOnPage } from './log-on-page.ts'
import { renderStopped } from './other-pages.ts'
import type { StepPage, StepView } from './step-view.ts'

const steps: Record<
  Exclude<ConsentStep, 'stopped'>,
  { place: number; page: (view: StepView) => StepPage }
> = {
  log_on: { place: 1, page: logOnPage },
  account: { place: 2, page: accountPage },
  authorise: { place: 3, page: authorisePage },
}

/** Shows the step a flow has reached. */
export function renderStep(view: StepView): Answer {
  const { flow, complaint } = view
  if (flow.step === 'stopped') return renderStopped(flow)
  const { place, page } = steps[flow.step]
  const { title, content } = page(view)
  return renderPage({
    language: flow.language,
    title,
    step: place,
    hasForm: true,
    content: html`${complaintNote(complaint)}${content}`,
  })
}
