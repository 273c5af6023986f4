// Enhances pages that already work without it. Nothing here is needed to complete a task.

import { initAll } from './vendor/govuk-frontend.min.js?v=6.6.0'

initAll()

for (const button of document.querySelectorAll('[data-print]')) {
  button.hidden = false
  button.addEventListener('click', () => window.print())
}
