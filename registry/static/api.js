// Shows the API description that the page names, with the viewer served from here.

const place = document.getElementById('api')

window.SwaggerUIBundle({
  url: place.dataset.description,
  domNode: place,
  deepLinking: true,
  validatorUrl: null,
  presets: [window.SwaggerUIBundle.presets.apis, window.SwaggerUIStandalonePreset],
  layout: 'BaseLayout'
})
