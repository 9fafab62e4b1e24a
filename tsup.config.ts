import { defineConfig } from 'tsup'

// The CommonJS half of every package; scripts/build-commonjs.mjs runs it in each folder.
export default defineConfig({
  entry: ['src/index.ts'],
  format: ['cjs'],
  target: 'node20',
  outDir: 'dist',
  // jose exists only as an ES module, which Jest in CommonJS mode cannot load.
  noExternal: ['jose'],
  sourcemap: true,
  // Tells which packages were bundled; scripts/build-commonjs.mjs adds their licences.
  metafile: true,
  silent: true,
})
