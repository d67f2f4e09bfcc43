import { openApiDocument } from '@joinery/service-provider';
import { format } from 'prettier';
import type { Page } from './page.ts';

/** The SCIM endpoint as it is without schemas of a tenant; a running one serves its own at `/scim/v2/openapi.json`. */
export const scimOpenApiPage: Page = {
  path: 'docs/reference/scim-openapi.json',
  print: () =>
    format(
      JSON.stringify(
        openApiDocument({
          baseUrl: 'https://workspace.example.com/scim/v2',
          tokenEndpoint: 'https://workspace.example.com/scim/oauth2/token',
        }),
      ),
      { parser: 'json', printWidth: 120 },
    ),
};
