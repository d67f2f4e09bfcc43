/**
 * A bare `node:http` server as a program: reads the body, parses no JSON, asks no database, and answers what a SCIM server would
 * answer in size. What no server on this machine can pass.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serveProgram } from '../lib/program.ts';
import { newUserOf } from './entra-requests.ts';

const headers = { 'content-type': 'application/scim+json; charset=utf-8' };
const resource = JSON.stringify({ ...newUserOf('bare-1'), id: '00000000-0000-4000-8000-000000000000' });
const none = JSON.stringify({
  schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
  totalResults: 0,
  itemsPerPage: 0,
  startIndex: 1,
  Resources: [],
});

const server = createServer((message, answer) => {
  message.on('data', () => {});
  message.on('end', () => {
    const { method, url = '' } = message;
    if (method === 'PATCH' && url.includes('/Groups/')) return answer.writeHead(204).end();
    const text = url.includes('filter=') ? none : resource;
    return answer
      .writeHead(method === 'POST' ? 201 : 200, { ...headers, 'content-length': Buffer.byteLength(text) })
      .end(text);
  });
});
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  serveProgram({ tenantUrl: `http://127.0.0.1:${port}/scim/v2`, token: 'none' }, {}, async () => {
    server.closeAllConnections();
    server.close();
  });
});
