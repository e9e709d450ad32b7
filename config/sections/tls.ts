import { option, section, types } from '../option.js';

/** TLS of the API's listener. */
export const tlsSection = section('TLS of the API listener. Both files are read again when they change.', {
  cert_file: option(types.text().optional(), {
    meaning: 'Certificate with its chain (PEM). With it the API speaks HTTPS only.',
    ironic: '[ssl]cert_file',
    presetText: 'none: HTTP',
  }),
  key_file: option(types.text().optional(), {
    meaning: 'Key of the certificate (PEM).',
    ironic: '[ssl]key_file',
    presetText: 'none',
  }),
  min_version: option(types.choice(['TLSv1.2', 'TLSv1.3']).default('TLSv1.2'), {
    meaning: 'The oldest version of TLS that is spoken.',
    ironic: '[ssl]version',
  }),
});
