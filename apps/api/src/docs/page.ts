import { maxMinor, minMinor } from '#domain/microversions.js';

/*
 * The page of the API's reference: Swagger UI over /v1/openapi.json. Nothing comes from elsewhere, and nothing is
 * inline, so that the page works offline and under a strict policy.
 */

const versions = Array.from({ length: maxMinor - minMinor + 1 }, (_, index) => `1.${maxMinor - index}`);

/** GET /docs. */
export const page = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>Temper: API reference</title>
    <link rel="icon" href="/docs/favicon-32x32.png" />
    <link rel="stylesheet" href="/docs/swagger-ui.css" />
    <link rel="stylesheet" href="/docs/page.css" />
  </head>
  <body>
    <label class="api-version">
      API version
      <select id="version">${versions.map((version) => `<option>${version}</option>`).join('')}</select>
    </label>
    <div id="reference"></div>
    <script src="/docs/swagger-ui-bundle.js"></script>
    <script src="/docs/page.js"></script>
  </body>
</html>
`;

/** GET /docs/page.css. */
export const pageStyle = `body { margin: 0; background: #fff; }
.api-version { display: block; padding: 12px 20px; font: 14px sans-serif; color: #3b4151; background: #f3f4f6; }
.swagger-ui .info { margin: 24px 0; }
.swagger-ui .scheme-container { padding: 12px 0; }
`;

/** GET /docs/page.js. */
export const pageScript = `const choice = document.getElementById('version');
const asked = new URLSearchParams(location.search).get('version');
if (asked && [...choice.options].some((option) => option.value === asked)) choice.value = asked;
choice.addEventListener('change', () => {
  location.search = '?version=' + encodeURIComponent(choice.value);
});
SwaggerUIBundle({
  url: '/v1/openapi.json?version=' + encodeURIComponent(choice.value),
  dom_id: '#reference',
  deepLinking: true,
  docExpansion: 'none',
  filter: true,
  tagsSorter: 'alpha',
  validatorUrl: null,
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
  presets: [SwaggerUIBundle.presets.apis],
});
`;

/** All comes from this server, and the page is shown in no frame. Swagger UI draws its icons from data: URLs. */
export const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');
