import { defineConfig } from 'vite';
import { consoleConfig } from '../../../tools/console-config.ts';

/** `npx vite apps/admin-center/web` serves the console from its sources beside a center on port 8080. */
export default defineConfig(
  consoleConfig(import.meta.dirname, { api: 'http://127.0.0.1:8080', paths: ['/v1.0', '/joinery'] }),
);
