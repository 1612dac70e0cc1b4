/** An OpenAPI document that the page shows. */
export interface ApiDocument {
  /** What the switch calls it. */
  readonly name: string;
  /** Path of the document. */
  readonly url: string;
  /** Where the paths in it begin, if it does not say so itself. */
  readonly server: string;
}

/** The page; everything that it needs is below `prefix`, and nothing of it is inline but styles. */
export function referencePage(prefix: string): string {
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Stowage: API reference</title>
    <link rel="icon" type="image/png" href="${prefix}/favicon-32x32.png">
    <link rel="stylesheet" href="${prefix}/swagger-ui.css">
  </head>
  <body>
    <div id="reference"></div>
    <script src="${prefix}/swagger-ui-bundle.js"></script>
    <script src="${prefix}/swagger-ui-standalone-preset.js"></script>
    <script src="${prefix}/page.js"></script>
  </body>
</html>
`;
}

/** The page's own script. Swagger UI would have paths begin at the root where a document names no server. */
export function pageScript(documents: readonly ApiDocument[]): string {
  return `const documents = ${JSON.stringify(documents)};

function withServer(response) {
  const found = documents.find(({ url }) => new URL(url, location.href).href === response.url);
  if (found === undefined || !response.ok) return response;
  const document = JSON.parse(response.text);
  document.servers ??= [{ url: found.server }];
  return Object.assign(response, { text: JSON.stringify(document), data: JSON.stringify(document), body: document, obj: document });
}

window.ui = SwaggerUIBundle({
  dom_id: "#reference",
  urls: documents,
  presets: [SwaggerUIBundle.presets.apis, SwaggerUIStandalonePreset],
  layout: "StandaloneLayout",
  responseInterceptor: withServer,
  // Would be asked at its maker's site.
  validatorUrl: null,
  // Lets a link name what it shows.
  deepLinking: true,
});
`;
}

/** Nothing from elsewhere, no script but ours, and no frame around it. Swagger UI sets styles inline and has pictures in its sheet. */
export const pagePolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");
