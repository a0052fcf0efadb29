/** @import { Child } from './dom.js' */
import { ApiError } from './api.js'
import { byId, h } from './dom.js'

/**
 * @typedef {object} Question
 * @property {string} title
 * @property {Child[]} body what it is about, and fields to fill in
 * @property {string} go what the button says that does it
 * @property {boolean} [isDangerous] one begins on the way out then
 * @property {(form: FormData) => Promise<Child[] | null>} run gives what to show next, or null to close
 */

/**
 * Asks before something is done. Escape leaves; the focus goes back to where it was.
 * @param {Question} question
 */
export function ask({ title, body, go, isDangerous = false, run }) {
  const trouble = h('p', { class: 'error', role: 'alert' })
  const doIt = h('button', { type: 'submit', class: isDangerous ? 'danger' : 'primary' }, go)
  const leave = h(
    'button',
    { type: 'button', autofocus: isDangerous, onclick: () => dialog.close() },
    'Cancel',
  )
  const form = h('form', {}, ...body, trouble, h('div', { class: 'row' }, leave, doIt))
  const dialog = h(
    'dialog',
    { 'aria-labelledby': 'dialog-title' },
    h('h2', { id: 'dialog-title' }, title),
    form,
  )
  const opener = document.activeElement

  form.onsubmit = async (event) => {
    event.preventDefault()
    doIt.disabled = true
    trouble.textContent = ''
    try {
      const next = await run(new FormData(form))
      if (next === null) dialog.close()
      else showResult(next)
    } catch (error) {
      trouble.textContent = error instanceof ApiError ? error.message : 'That did not work.'
      if (!(error instanceof ApiError)) reportError(error)
      doIt.disabled = false
    }
  }

  /** @param {Child[]} nodes */
  function showResult(nodes) {
    const done = h('button', { type: 'button', class: 'primary', onclick: () => dialog.close() }, 'Done')
    form.replaceWith(h('div', { role: 'status' }, ...nodes), h('div', { class: 'row' }, done))
    done.focus()
  }

  dialog.onclose = () => {
    dialog.remove()
    const isThere = opener instanceof HTMLElement && opener.isConnected && !opener.matches(':disabled')
    if (isThere) opener.focus()
    else byId('title').focus()
  }
  document.body.append(dialog)
  dialog.showModal()
}
