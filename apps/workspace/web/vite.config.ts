import { defineConfig } from 'vite';
import { consoleConfig } from '../../../tools/console-config.ts';

/** `npx vite apps/workspace/web` serves the console from its sources beside a workspace on port 8090. */
export default defineConfig(
  consoleConfig(import.meta.dirname, { api: 'http://127.0.0.1:8090', paths: ['/api', '/scim'] }),
);
