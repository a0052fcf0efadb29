import manifest from '../package.json' with { type: 'json' }

/** The version of token-broker, as in package.json. */
export const { version } = manifest
