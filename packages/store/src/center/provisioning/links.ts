import { brandId, type JobId, type ObjectId } from '@joinery/base';
import type { Escrow, LinkStore, ObjectKind } from '@joinery/provisioning/ports';
import type { Session } from '../../database.ts';
import { ensureDays } from './commit.ts';
import { jobNotFound, now, type StoreContext } from './context.ts';
import { createLinkAdministration } from './link-list.ts';
import { keyOfJob, linkColumns, toLink, type LinkRow } from './link-rows.ts';
import { createListings } from './listing.ts';
import { jsonText } from './log-insert.ts';
import { createMembers } from './members.ts';
import { hurryForTurns } from './scope-candidates.ts';
import { createUnsettled } from './unsettled.ts';
import { writeOutcome } from './write-outcome.ts';

async function ownersOf(
  session: Session,
  jobId: JobId,
  kind: ObjectKind,
  targetIds: readonly string[],
): Promise<ReadonlyMap<string, ObjectId>> {
  const rows = await session.query<{ target_id: string; source_id: string }>({
    name: 'provisioning-target-owners',
    text: `select l.target_id, l.source_id from provisioning_link l
      where l.job_key = ${keyOfJob} and l.kind = $2 and l.target_id = any($3::text[])`,
    values: [jobId, kind, targetIds],
  });
  return new Map(rows.map((row) => [row.target_id, brandId<ObjectId>(row.source_id)]));
}

function createClaims({ database }: StoreContext): Pick<LinkStore, 'claimTargets' | 'claimValues' | 'targetOwners'> {
  return {
    targetOwners: (jobId, kind, targetIds) => ownersOf(database, jobId, kind, targetIds),
    async claimTargets(jobId, kind, claims) {
      const rows = claims.map((claim) => ({
        source_id: claim.sourceId,
        target_id: claim.targetId,
        display_name: claim.displayName,
      }));
      await database.query({
        text: `insert into provisioning_link (job_key, source_id, kind, target_id, display_name, state, members_due)
          select ${keyOfJob}, source_id, $2, target_id, display_name, 'active', $2 = 'group'
          from json_to_recordset($3::json) as r (source_id uuid, target_id text, display_name text)
          on conflict do nothing`,
        values: [jobId, kind, jsonText(rows)],
      });
      return ownersOf(
        database,
        jobId,
        kind,
        claims.map((claim) => claim.targetId),
      );
    },
    async claimValues(cycleId, kind, claims) {
      const columns = [
        claims.map((claim) => claim.attribute),
        claims.map((claim) => claim.key),
        claims.map((claim) => claim.sourceId),
      ];
      await database.query({
        name: 'provisioning-claim-values',
        text: `insert into provisioning_value_claim (cycle_id, kind, attribute, key, source_id)
          select $1, $2, * from unnest($3::text[], $4::text[], $5::uuid[]) on conflict do nothing`,
        values: [cycleId, kind, ...columns],
      });
      const rows = await database.query<{ attribute: string; key: string; source_id: string }>({
        name: 'provisioning-read-claims',
        text: `select v.attribute, v.key, v.source_id from provisioning_value_claim v
          join unnest($3::text[], $4::text[]) as c (attribute, key) on c.attribute = v.attribute and c.key = v.key
          where v.cycle_id = $1 and v.kind = $2`,
        values: [cycleId, kind, columns[0], columns[1]],
      });
      return new Map(rows.map((row) => [`${row.attribute}\n${row.key}`, brandId<ObjectId>(row.source_id)]));
    },
  };
}

function createLocks(context: StoreContext): Pick<LinkStore, 'lockObjects' | 'renewLocks' | 'unlockObjects'> {
  const { database } = context;
  return {
    async lockObjects(jobId, sourceIds, owner, leaseMs) {
      const at = now(context);
      const rows = await database.query<{ source_id: string }>({
        name: 'provisioning-lock-objects',
        text: `insert into provisioning_object_lock as held (job_key, source_id, owner, until)
          select ${keyOfJob}, id, $3, $4 from unnest($2::uuid[]) as o (id) order by id
          on conflict (job_key, source_id) do update set owner = excluded.owner, until = excluded.until
          where held.until < $5 or held.owner = excluded.owner
          returning source_id`,
        values: [jobId, sourceIds, owner, new Date(at.getTime() + leaseMs), at],
      });
      return new Set(rows.map((row) => brandId<ObjectId>(row.source_id)));
    },
    async renewLocks(owner, leaseMs) {
      const rows = await database.query({
        text: 'update provisioning_object_lock set until = $2 where owner = $1 returning source_id',
        values: [owner, new Date(context.clock.now() + leaseMs)],
      });
      return rows.length;
    },
    async unlockObjects(owner) {
      await database.query({ text: 'delete from provisioning_object_lock where owner = $1', values: [owner] });
    },
  };
}

export function createLinkStore(context: StoreContext): LinkStore {
  const { database } = context;
  return {
    async load(jobId, sourceIds) {
      const rows = await database.query<LinkRow>({
        name: 'provisioning-load-links',
        text: `select ${linkColumns} from provisioning_link l
          where l.job_key = ${keyOfJob} and l.source_id = any($2::uuid[])`,
        values: [jobId, sourceIds],
      });
      return new Map(rows.map((row) => [brandId<ObjectId>(row.source_id), toLink(row)]));
    },
    async loadEscrows(jobId, sourceIds): Promise<readonly Escrow[]> {
      const rows = await database.query<{
        source_id: string;
        attribute: string;
        attempts: number;
        first_failed_at: Date;
      }>({
        name: 'provisioning-load-escrows',
        text: `select source_id, attribute, attempts, first_failed_at from provisioning_escrow
          where job_key = ${keyOfJob} and source_id = any($2::uuid[])`,
        values: [jobId, sourceIds],
      });
      return rows.map((row) => ({
        sourceId: brandId<ObjectId>(row.source_id),
        attribute: row.attribute,
        attempts: row.attempts,
        firstFailed: row.first_failed_at,
      }));
    },
    ...createClaims(context),
    ...createListings(context),
    ...createMembers(context),
    ...createLocks(context),
    ...createUnsettled(context),
    async commitOnDemand(jobId, outcome) {
      await ensureDays(context, outcome);
      await database.transaction(async (session) => {
        const [job] = await session.query<{ key: number; is_early: boolean }>({
          text: `select j.key, exists (select 1 from provisioning_cycle c where c.job_key = j.key
              and c.state = 'running' and c.kind = 'initial' and c.stage = 'objects') as is_early
            from provisioning_job j where j.id = $1 for key share of j`,
          values: [jobId],
        });
        if (job === undefined) throw jobNotFound(jobId);
        const to = { jobKey: job.key, cycleId: null, isInitial: false, isEarly: job.is_early };
        await writeOutcome(session, to, outcome);
        await hurryForTurns(session, job.key, outcome.scopeTurns, now(context));
      });
    },
    ...createLinkAdministration(context),
  };
}
