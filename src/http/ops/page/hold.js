/** @import { Status } from '../types.ts' */
/** @import { Context } from './view.js' */
import { call } from './api.js'
import { ask } from './dialog.js'
import { h } from './dom.js'
import { GATE_REASONS } from './words.js'

const HOUR_MS = 3_600_000

/**
 * @param {Status['refresh']} refresh
 * @param {Context} context
 */
export function holdButton({ hold, gate }, context) {
  const isBraked = gate.reason === 'refusal_brake'
  const buttons = []
  if (hold === null) buttons.push(button('Hold refreshing…', () => askToHold(context)))
  if (hold !== null || isBraked)
    buttons.push(button('Resume refreshing…', () => askToResume(isBraked, context)))
  return h('div', { class: 'row' }, ...buttons)
}

/**
 * @param {string} label
 * @param {() => void} onclick
 */
const button = (label, onclick) => h('button', { type: 'button', 'data-key': label, onclick }, label)

/** @param {Context} context */
function askToHold(context) {
  ask({
    title: 'Hold refreshing at the bank?',
    body: [
      h(
        'p',
        {},
        'No refresh token is presented, by any replica, until then. Living access tokens are still handed out.',
      ),
      h('label', { for: 'hold-reason' }, 'Reason'),
      h('input', { id: 'hold-reason', name: 'reason', required: true, maxlength: 200, autocomplete: 'off' }),
      h('label', { for: 'hold-hours' }, 'For'),
      h(
        'select',
        { id: 'hold-hours', name: 'hours' },
        ...[1, 2, 4, 8, 12, 24].map((hours) =>
          h('option', { value: hours }, hours === 1 ? '1 hour' : `${hours} hours`),
        ),
      ),
    ],
    go: 'Hold refreshing',
    async run(form) {
      // A moment short of the hours: 24 are the most, by the broker's clock.
      const until = new Date(Date.now() + Number(form.get('hours')) * HOUR_MS - 5_000).toISOString()
      await call('POST v1/refresher/hold', { body: { reason: String(form.get('reason')), until } })
      context.tell('Refreshing is held.')
      context.refresh()
      return null
    },
  })
}

/**
 * @param {boolean} isBraked
 * @param {Context} context
 */
function askToResume(isBraked, context) {
  const warning = `${GATE_REASONS.refusal_brake} Resume when you know why: what was refused is presented once more at most.`
  ask({
    title: 'Resume refreshing at the bank?',
    body: [h('p', {}, isBraked ? warning : 'What is due is refreshed from now on.')],
    go: 'Resume refreshing',
    isDangerous: isBraked,
    async run() {
      await call('POST v1/refresher/resume')
      context.tell('Refreshing goes on.')
      context.refresh()
      return null
    },
  })
}
