/** @import { Consent, Started } from '../types.ts' */
/** @import { Child } from './dom.js' */
/** @import { Context } from './view.js' */
import { call } from './api.js'
import { facts } from './cards.js'
import { ask } from './dialog.js'
import { foreign, h } from './dom.js'
import { ago, when } from './format.js'
import { whyNotRenewable, whyNotWrite } from './permissions.js'

/**
 * What can be done with a consent; what can't says why.
 * @param {Consent} consent
 * @param {Context} context
 */
export function consentActions(consent, context) {
  const forbidden = whyNotWrite(context.caller, consent)
  const notRenewable = forbidden ?? whyNotRenewable(consent)
  const notRevocable = forbidden ?? (consent.status === 'revoked' ? 'It was revoked.' : null)
  const reasons = [...new Set([notRenewable, notRevocable])].filter((reason) => reason !== null)
  return h(
    'div',
    { class: 'row actions' },
    h(
      'button',
      {
        type: 'button',
        disabled: notRenewable !== null,
        'aria-describedby': 'why-not',
        onclick: () => askToRenew(consent, context),
      },
      'Renew…',
    ),
    h(
      'button',
      {
        type: 'button',
        class: 'danger',
        disabled: notRevocable !== null,
        'aria-describedby': 'why-not',
        onclick: () => askToRevoke(consent, context),
      },
      'Revoke…',
    ),
    h('span', { class: 'quiet', id: 'why-not' }, reasons.join(' ')),
  )
}

/**
 * Names a consent so that nobody takes it for another.
 * @param {Consent} consent
 */
function named({ id, customer_reference, account, owner }) {
  return facts([
    ['Consent', h('code', {}, id)],
    ['Customer reference', customer_reference === null ? '–' : foreign(customer_reference)],
    ['Account', account ?? '–'],
    ['Owner', foreign(owner)],
  ])
}

/**
 * @param {Consent} consent
 * @param {Context} context
 */
function askToRenew(consent, context) {
  ask({
    title: 'Make a link to renew this consent?',
    body: [
      named(consent),
      h('p', {}, 'The customer opens the link and gives permission at the bank. Until then nothing changes.'),
    ],
    go: 'Make the link',
    async run() {
      /** @type {Started} */
      const started = await call(`POST v1/consents/${consent.id}/authorizations`, { body: {} })
      context.refresh()
      return startLink(started)
    },
  })
}

/**
 * @param {Started} started
 * @returns {Child[]}
 */
function startLink({ authorization_url, authorization_expires_at }) {
  const said = h('span', { class: 'quiet', role: 'status' })
  const link = h('input', {
    id: 'start-link',
    type: 'text',
    readonly: true,
    value: authorization_url,
    onclick: () => link.select(),
  })
  const copy = async () => {
    link.select()
    // Where the page came over plain HTTP from another machine there is no clipboard: it is selected then.
    const copied = await navigator.clipboard?.writeText(authorization_url).then(
      () => true,
      () => false,
    )
    said.textContent = copied ? 'Copied.' : 'Selected: copy it by keyboard.'
  }
  return [
    h('label', { for: 'start-link' }, 'Link for the customer'),
    h('div', { class: 'row' }, link, h('button', { type: 'button', onclick: copy }, 'Copy'), said),
    h(
      'p',
      {},
      'It can be opened until ',
      when(authorization_expires_at),
      ' (',
      ago(authorization_expires_at),
      '). Send it to this customer only: whoever opens it may give permission.',
    ),
  ]
}

/**
 * @param {Consent} consent
 * @param {Context} context
 */
function askToRevoke(consent, context) {
  ask({
    title: 'Revoke this consent?',
    body: [
      named(consent),
      h(
        'p',
        {},
        'Its tokens are deleted at once, and for good. To use the account again the customer must start anew.',
      ),
    ],
    go: 'Revoke for good',
    isDangerous: true,
    async run() {
      await call(`DELETE v1/consents/${consent.id}`)
      context.tell('The consent is revoked.')
      context.refresh()
      return null
    },
  })
}
