import { describe, expect, test } from 'vitest';
import { centerSettings, resolveSettings, type SettingSources } from './settings.ts';

const resolve = (sources: Partial<SettingSources>) =>
  resolveSettings({ flags: {}, environment: {}, file: undefined, ...sources });

test('a flag wins over the environment, the environment over the file, the file over the default', () => {
  const file = { port: 1, host: 'file', role: 'worker' };
  const environment = { JOINERY_CENTER_PORT: '2', JOINERY_HOST: 'environment' };
  expect(resolve({ flags: { port: 3 }, environment, file })).toMatchObject({
    port: 3,
    host: 'environment',
    role: 'worker',
    logLevel: 'info',
  });
  expect(resolve({})).toMatchObject({ port: 8080, host: '127.0.0.1', role: 'all' });
});

test('an empty variable counts as not set; a list is separated by commas', () => {
  const environment = {
    JOINERY_SMTP_URL: '',
    JOINERY_ALLOW_TARGET: 'a.example, b.example:8443',
    JOINERY_TRUST_PROXY: 'true',
  };
  const settings = resolve({ environment });
  expect(settings.smtpUrl).toBeUndefined();
  expect(settings).toMatchObject({ allowTarget: ['a.example', 'b.example:8443'], trustProxy: true });
});

describe('what is wrong is named with its source', () => {
  test.each<[Partial<SettingSources>, RegExp]>([
    [{ environment: { JOINERY_CENTER_PORT: 'many' } }, /JOINERY_CENTER_PORT/],
    [{ environment: { JOINERY_CENTER_PORT: '70000' } }, /JOINERY_CENTER_PORT/],
    [{ flags: { role: 'king' } }, /--role/],
    [{ flags: { publicUrl: 'ftp://x' } }, /--public-url/],
    [{ file: { port: '80' } }, /"port" of the settings file/],
    [{ file: { prot: 80 } }, /"prot"/],
    [{ file: [] }, /one JSON object/],
    [{ environment: { JOINERY_TRUST_PROXY: 'maybe' } }, /JOINERY_TRUST_PROXY/],
    [{ environment: { JOINERY_ADMIN_EMAIL: 'a@b.c' } }, /JOINERY_ADMIN_PASSWORD/],
    [{ flags: { tlsCert: 'x' } }, /--tls-key/],
  ])('%j', (sources, message) => {
    expect(() => resolve(sources)).toThrow(message);
  });

  test('but a secret is not shown', () => {
    const environment = { JOINERY_ADMIN_EMAIL: 'a@b.c', JOINERY_ADMIN_PASSWORD: 'tiny' };
    expect(() => resolve({ environment })).toThrow(/JOINERY_ADMIN_PASSWORD/);
    expect(() => resolve({ environment })).not.toThrow(/tiny/);
  });
});

test('every setting has a description and a variable of its own', () => {
  expect(new Set(centerSettings.map(({ environment }) => environment)).size).toBe(centerSettings.length);
  for (const { description, environment } of centerSettings) {
    expect(description).toMatch(/\.$/);
    expect(environment).toMatch(/^JOINERY_[A-Z_]+$/);
  }
});
