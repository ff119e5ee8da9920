#!/usr/bin/env node
// `npx plinth <command>`: the command line of the installation.
import { become } from './pinned-node.mjs'

become('apps/src/cli.ts', process.argv.slice(2))
