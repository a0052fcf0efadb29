/** @import { Caller } from '../types.ts' */
import { ApiError, call, useKey } from './api.js'
import { byId } from './dom.js'

/** What fits into one header (RFC 6750 section 2.1). */
const KEY = /^[\x21-\x7e]{1,8192}$/

/**
 * Asks for a key and finds out whose it is. The view stays as it is meanwhile: a JWT that ended costs nobody their place.
 * @param {(caller: Caller) => void} onCaller
 */
export function createSession(onCaller) {
  const panel = byId('sign-in')
  const field = /** @type {HTMLInputElement} */ (byId('key'))

  /** @param {string} reason */
  function ask(reason) {
    useKey('')
    byId('sign-in-reason').textContent = reason
    byId('key-error').textContent = ''
    panel.hidden = false
    field.focus()
  }

  async function enter() {
    const key = field.value.trim()
    field.value = ''
    if (!KEY.test(key)) return complain('A key has no spaces and no letters beyond ASCII.')
    useKey(key)
    try {
      const caller = await call('GET v1/caller')
      panel.hidden = true
      onCaller(caller)
    } catch (error) {
      useKey('')
      complain(error instanceof ApiError ? error.message : 'That did not work.')
    }
  }

  /** @param {string} text */
  function complain(text) {
    byId('key-error').textContent = text
    field.focus()
  }

  byId('sign-in-form').onsubmit = (event) => {
    event.preventDefault()
    void enter()
  }

  return { ask }
}
