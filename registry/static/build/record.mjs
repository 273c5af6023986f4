// Copies what the site serves from the packages as it is, and writes ASSETS.json:
// each file with its package, version, licence and SHA-256.

import { createHash } from 'node:crypto'
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs'

const vendor = new URL('../vendor/', import.meta.url)
const packages = new URL('node_modules/', import.meta.url)

const copies = {
  'govuk-frontend.min.js': ['govuk-frontend', 'dist/govuk/govuk-frontend.min.js'],
  'swagger/swagger-ui-bundle.js': ['swagger-ui-dist', 'swagger-ui-bundle.js'],
  'swagger/swagger-ui-standalone-preset.js': ['swagger-ui-dist', 'swagger-ui-standalone-preset.js'],
  'swagger/swagger-ui.css': ['swagger-ui-dist', 'swagger-ui.css'],
  'swagger/LICENSE.txt': ['swagger-ui-dist', 'LICENSE'],
  'swagger/NOTICE.txt': ['swagger-ui-dist', 'NOTICE']
}

const files = [{ file: 'app.css', ...about('govuk-frontend'), sha256: digest('app.css') }]
for (const [file, [name, path]] of Object.entries(copies)) {
  copyFileSync(new URL(`${name}/${path}`, packages), new URL(file, vendor))
  files.push({ file, ...about(name), path, sha256: digest(file) })
}
writeFileSync(new URL('ASSETS.json', vendor), JSON.stringify({ files }, null, 2) + '\n')

function about (name) {
  const { version, license } = JSON.parse(readFileSync(new URL(`${name}/package.json`, packages)))
  return { package: name, version, licence: license }
}

function digest (file) {
  return createHash('sha256').update(readFileSync(new URL(file, vendor))).digest('hex')
}
