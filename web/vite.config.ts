import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  build: {
    target: 'es2023',
    // The server's Content-Security-Policy has no data: for scripts and styles, so nothing is inlined.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rolldownOptions: {
      // Modules of the platform only declare, so a page loads the parts of the client that it uses.
      treeshake: { moduleSideEffects: [{ test: /\/platform\/src\//, sideEffects: false }] },
      output: {
        codeSplitting: {
          groups: [
            // What changes with a dependency only stays in the browser's cache over our releases.
            { name: 'react', test: /node_modules\/(react|react-dom|scheduler)\// },
            { name: 'tanstack', test: /node_modules\/@tanstack\// },
          ],
        },
      },
    },
  },
})
