import manifest from '../package.json' with { type: 'json' }

/** The release, as /health, OpenAPI and MCP tell it. */
export const version: string = manifest.version
