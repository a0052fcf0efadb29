import asyncHooks from 'node:async_hooks'
import module from 'node:module'

// tap has every process note what it loads, for coverage and `--changed`, neither of which is used here. That costs a
// quarter of a second a process; `--require` comes before the `--import` by which tap does it.
module.registerHooks = () => ({ deregister() {} })

// And it follows every promise and socket, to tell which test a stray error belongs to: up to a seventh of the CPU of a busy
// file. Without, a stray error ends the process, and so fails its file.
const hook: asyncHooks.AsyncHook = { enable: () => hook, disable: () => hook }
asyncHooks.createHook = () => hook
module.syncBuiltinESMExports()

// Nor has anything here a source map of its own: types are stripped in place.
process.setSourceMapsEnabled = () => {}
