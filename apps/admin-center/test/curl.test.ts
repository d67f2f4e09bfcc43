import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { curlOf } from '../web/src/data/curl.ts';

test('the curl command of a request says to the shell what was sent, with the token from a variable', () => {
  const requestBody = `{"displayName":"O'Neil & \\"Co\\" $HOME \`id\`"}`;
  const command = curlOf({
    method: 'POST',
    url: `https://app.example/scim/v2/Users?filter=userName%20eq%20"o'neil"&x=$(id)`,
    requestHeaders: [
      { name: 'authorization', value: 'Bearer ***' },
      { name: 'content-type', value: 'application/scim+json; charset=utf-8' },
    ],
    requestBody,
  });
  // A shell in which `curl` writes down its arguments.
  const shell = `curl() { for one in "$@"; do printf '%s\\0' "$one"; done; }\n${command}`;
  const written = execFileSync('/bin/sh', ['-c', shell], { env: { TOKEN: 'my token' }, encoding: 'utf8' });
  expect(written.split('\0').slice(0, -1)).toEqual([
    '-X',
    'POST',
    `https://app.example/scim/v2/Users?filter=userName%20eq%20"o'neil"&x=$(id)`,
    '-H',
    'authorization: Bearer my token',
    '-H',
    'content-type: application/scim+json; charset=utf-8',
    '--data-raw',
    requestBody,
  ]);
  expect(curlOf({ method: 'GET', url: 'https://app.example/', requestHeaders: [], requestBody: null })).toBe(
    `curl -X GET 'https://app.example/'`,
  );
});
