const HANDLERS = /** @type {const} */ (['onclick', 'onsubmit', 'onchange', 'oninput'])

/**
 * Makes the children of one element those of another, changing no more than differs: focus, scroll, selected text and
 * what was typed or unfolded stay.
 * @param {Element} current
 * @param {Element} next is used up
 */
export function morph(current, next) {
  const focused = document.activeElement
  morphChildren(current, next)
  // An element that was moved has lost it.
  if (focused instanceof HTMLElement && focused !== document.activeElement && current.contains(focused))
    focused.focus({ preventScroll: true })
}

/**
 * @param {Element} current
 * @param {Element} next
 */
function morphChildren(current, next) {
  const wanted = [...next.childNodes]
  for (const [at, node] of wanted.entries()) {
    const old = matchFor(current, at, node)
    if (old === null) current.insertBefore(node, current.childNodes[at] ?? null)
    else morphNode(old, node)
  }
  while (current.childNodes.length > wanted.length) current.lastChild?.remove()
}

/**
 * Finds what is to become the node, and puts it in its place.
 * @param {Element} parent
 * @param {number} at
 * @param {Node} node
 */
function matchFor(parent, at, node) {
  const here = parent.childNodes[at]
  if (here !== undefined && isAlike(here, node)) return here
  const key = keyOf(node)
  if (key === null) return null
  const later = [...parent.childNodes].slice(at).find((other) => isAlike(other, node))
  if (later === undefined) return null
  parent.insertBefore(later, here ?? null)
  return later
}

/**
 * @param {Node} one
 * @param {Node} other
 */
function isAlike(one, other) {
  return one.nodeName === other.nodeName && keyOf(one) === keyOf(other)
}

/** @param {Node} node */
function keyOf(node) {
  return node instanceof Element ? node.getAttribute('data-key') : null
}

/**
 * @param {Node} old
 * @param {Node} node
 */
function morphNode(old, node) {
  if (!(old instanceof Element) || !(node instanceof Element)) {
    if (old.nodeValue !== node.nodeValue) old.nodeValue = node.nodeValue
    return
  }
  morphAttributes(old, node)
  if (old instanceof HTMLElement && node instanceof HTMLElement)
    for (const handler of HANDLERS) Object.assign(old, { [handler]: node[handler] })
  morphChildren(old, node)
}

/**
 * @param {Element} old
 * @param {Element} node
 */
function morphAttributes(old, node) {
  for (const name of old.getAttributeNames()) {
    // Who unfolded something wants to go on reading it.
    const isUnfolded = name === 'open' && old instanceof HTMLDetailsElement
    if (!node.hasAttribute(name) && !isUnfolded) old.removeAttribute(name)
  }
  for (const { name, value } of node.attributes)
    if (old.getAttribute(name) !== value) old.setAttribute(name, value)
}
