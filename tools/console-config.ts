/** The Vite configuration that both consoles share. */
import { resolve } from 'node:path';
import type { UserConfig } from 'vite';

export function consoleConfig(
  folder: string,
  options: { readonly api: string; readonly paths: readonly string[] },
): UserConfig {
  return {
    root: folder,
    base: '/',
    oxc: { jsx: { runtime: 'automatic' } },
    build: {
      outDir: resolve(folder, 'dist'),
      emptyOutDir: true,
      target: 'es2023',
      manifest: 'manifest.json',
      // The content security policy allows no inline script or data: font.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      reportCompressedSize: false,
      chunkSizeWarningLimit: 800,
    },
    server: { proxy: Object.fromEntries(options.paths.map((path) => [path, options.api])) },
  };
}
