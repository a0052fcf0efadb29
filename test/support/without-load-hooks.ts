import module from 'node:module'

// tap has every process note what it loads, for coverage and `--changed`, neither of which is used here. That costs a
// quarter of a second a process; `--require` comes before the `--import` by which tap does it.
module.registerHooks = () => ({ deregister() {} })
