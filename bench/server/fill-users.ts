/**
 * Users by the million, written by one statement per table as `POST /Users` would have left them: extracted columns, folded
 * values, terms and the segments that totals are counted by. The triggers that note each row for counting rest meanwhile.
 */
import { connectDatabase } from '@joinery/store';
import { eachChunk } from '../lib/concurrency.ts';

/** Resources per row of `resource_segment`, as the store cuts them. */
const segmentSize = 4_000;

/** Zero-padded number of a filled user. */
const number = `lpad(g.n::text, 8, '0')`;
const idOf = (letter: string): string => `('${letter}0000000-0000-7000-8000-' || lpad(to_hex(g.n), 12, '0'))::uuid`;
const createdOf = `timestamptz '2026-01-01T00:00:00Z' + g.n * interval '1 millisecond'`;

function attributesOf(isFolded: boolean): string {
  const text = (value: string): string => (isFolded ? `lower(${value})` : value);
  return `jsonb_build_object(
    'externalId', 'external-' || ${number},
    'userName', ${text(`'Filled.' || ${number} || '@contoso.example'`)},
    'active', true,
    'displayName', ${text(`'Filled ' || ${number} || ' Andersson'`)},
    'title', ${text(`'Engineer ' || ${number}`)},
    'emails', jsonb_build_array(jsonb_build_object('primary', true, 'type', 'work', 'value', 'filled.' || ${number} || '@contoso.example')),
    'addresses', jsonb_build_array(jsonb_build_object('type', 'work', 'locality', ${text(`'Lund'`)}, 'country', ${text(`'SE'`)})),
    'name', jsonb_build_object('formatted', ${text(`'Filled Andersson ' || ${number}`)}, 'familyName', ${text(`'Andersson'`)}, 'givenName', ${text(`'Filled'`)}))`;
}

async function withTenant(
  databaseUrl: string,
  work: (run: (text: string) => Promise<void>, tenantId: string) => Promise<void>,
): Promise<void> {
  const database = connectDatabase(databaseUrl, { max: 2, settings: { synchronous_commit: 'off' } });
  try {
    const [tenant] = await database.query<{ id: string }>({ text: `select id from tenant where name = 'Contoso'` });
    if (tenant === undefined) throw new Error('the tenant Contoso must exist before it is filled');
    await work(async (text) => void (await database.query({ text })), tenant.id);
  } finally {
    await database.close();
  }
}

/** Users 1 … `count` of the tenant Contoso, which has none yet. */
export function fillUsers(databaseUrl: string, count: number): Promise<void> {
  return withTenant(databaseUrl, async (run, tenantId) => {
    const tenant = `'${tenantId}'::uuid`;
    await run('alter table resource disable trigger user');
    await eachChunk(1, count, async ({ from, to }) => {
      await run(`insert into resource (tenant_id, id, type, user_name_folded, display_name_folded, external_id, active, created,
        last_modified, attributes, folded)
      select ${tenant}, ${idOf('a')}, 'User', 'filled.' || ${number} || '@contoso.example',
        'filled ' || ${number} || ' andersson', 'external-' || ${number}, true, ${createdOf}, ${createdOf},
        ${attributesOf(false)}, ${attributesOf(true)}
      from generate_series(${from}, ${to}) g (n)`);
      await run(`insert into resource_term (tenant_id, term, resource_id)
      select ${tenant}, substring(sha256(convert_to(E'emails.value\\nfilled.' || ${number} || '@contoso.example', 'UTF8')) for 16),
        ${idOf('a')}
      from generate_series(${from}, ${to}) g (n)`);
    });
    await run('alter table resource enable trigger user');
    await run(`delete from resource_segment where tenant_id = ${tenant} and type = 'User'`);
    await run(`insert into resource_segment (tenant_id, type, low_created, low_id, size)
      select ${tenant}, 'User',
        case g.n when 1 then '-infinity'::timestamptz else ${createdOf} end,
        case g.n when 1 then '00000000-0000-0000-0000-000000000000'::uuid else ${idOf('a')} end,
        least(${segmentSize}, ${count} - g.n + 1)
      from generate_series(1, ${count}, ${segmentSize}) g (n)`);
    await run('vacuum analyze resource');
    await run('vacuum analyze resource_term');
    await run('analyze resource_segment');
  });
}

export const filledUserId = (n: number): string => `a0000000-0000-7000-8000-${n.toString(16).padStart(12, '0')}`;

/** Makes the first `count` filled users members of a group. */
export function fillGroup(databaseUrl: string, groupId: string, count: number): Promise<void> {
  return withTenant(databaseUrl, async (run, tenantId) => {
    await run(`insert into membership (tenant_id, group_id, member_id, member_type)
      select '${tenantId}'::uuid, '${groupId}'::uuid, ${idOf('a')}, 'User' from generate_series(1, ${count}) g (n)`);
    await run('vacuum analyze membership');
  });
}
