import { describe, expect, it } from 'vitest';
import { SecretBox, type Json } from './secrets.js';

const key = (id: string): string => `${id}:${Buffer.alloc(32, id).toString('base64')}`;
const box = new SecretBox(key('k1'));

const info = {
  ipmi_username: 'admin',
  ipmi_password: 'hunter2',
  snmp_auth_key: 'hunter3',
  image_url: 'https://images/x?signature=hunter4',
  pin_password: 12345,
  deep: [{ api_token: ['hunter5', 'hunter6'] }],
  secrets: { user: 'shown', password: 'hunter7' },
  configdrive: { user_data: 'hunter8' },
  other_password: null,
};

describe('secrets of a column', () => {
  it('are sealed in every form, and what is no secret stays readable', () => {
    const text = JSON.stringify(box.sealSecrets(info));
    expect(text).not.toMatch(/hunter|12345/);
    expect(text).toContain('"ipmi_username":"admin"');
    expect(text).toContain('"user":"shown"');
  });

  it('come back as they were given', () => {
    expect(box.openSecrets(box.sealSecrets<Json>(info))).toEqual(info);
  });

  it.for(['sealed:k1:AAAA', 'sealed-json:{}', ''])('may look like a sealed one: %j', (password) => {
    expect(box.openSecrets(box.sealSecrets({ password }))).toEqual({ password });
  });

  it('are sealed with the first key and opened with any that is listed', () => {
    const sealed = new SecretBox(key('k0')).sealSecrets(info);
    expect(new SecretBox([key('k1'), key('k0')].join(',')).openSecrets(sealed)).toEqual(info);
    expect(() => box.openSecrets(sealed)).toThrow('sealed with key "k0", which is not loaded');
  });
});
