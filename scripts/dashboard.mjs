// Bundles the web page into dist/page.
import { join } from 'node:path'
import { build } from 'vite'
import { root } from './steps/root.mjs'

await build({
  configFile: false,
  logLevel: 'warn',
  root: join(root, 'dashboard'),
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: join(root, 'dist', 'page'),
    emptyOutDir: true,
    target: 'es2022',
    // Everything from the daemon itself, nothing inline: that is what its policy lets through.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
})
