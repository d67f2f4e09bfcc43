import { assertNever } from '@joinery/base';
import { useConfirm, useToasts, type Confirmation } from '@joinery/ui';
import { useMutation } from '@tanstack/react-query';
import { useJob } from '../../data/jobs.ts';
import {
  loadDefaultSchema,
  loadVersion,
  restoreDefaultMappings,
  restoreVersion,
  saveSchema,
} from '../../data/mapping.ts';
import { messages } from '../../messages.ts';
import { schemaConsequences, Sentences } from './consequences.tsx';

const m = messages.schema;

/** A schema as a whole in place of the one in use: a document, the template's, or an earlier version. */
export type SchemaChange =
  | { readonly kind: 'document'; readonly value: unknown }
  | { readonly kind: 'default' }
  | { readonly kind: 'version'; readonly version: number };

/** Counts what the change will cause, asks the reader, and makes it. Fails with what the server found wrong. */
export function useSchemaChange(id: string, jobId: string) {
  const { data: overview } = useJob(id);
  const confirm = useConfirm();
  const toasts = useToasts();
  return useMutation({
    mutationFn: async (change: SchemaChange) => {
      const schema = await schemaOf(id, jobId, overview?.job.templateId ?? '', change);
      const counted = await schemaConsequences(jobId, schema, ['User', 'Group']);
      const { question, done } = wordsOf(change);
      const sentences = [
        ...(change.kind === 'default' ? [messages.mapping.restoreText] : []),
        ...(overview?.last ? [m.saveText, ...counted] : [messages.mapping.saveNotRun]),
      ];
      if (!(await confirm({ ...question, consequences: <Sentences sentences={sentences} /> }))) return;
      await apply(id, jobId, change);
      toasts.success(done);
    },
  });
}

async function schemaOf(id: string, jobId: string, templateId: string, change: SchemaChange): Promise<unknown> {
  switch (change.kind) {
    case 'document':
      return change.value;
    case 'default':
      return loadDefaultSchema(id, templateId);
    case 'version':
      return (await loadVersion(jobId, change.version)).schema;
    default:
      return assertNever(change);
  }
}

function apply(id: string, jobId: string, change: SchemaChange): Promise<void> {
  switch (change.kind) {
    case 'document':
      return saveSchema(id, jobId, change.value);
    case 'default':
      return restoreDefaultMappings(id, jobId);
    case 'version':
      return restoreVersion(id, jobId, change.version);
    default:
      return assertNever(change);
  }
}

function wordsOf(change: SchemaChange): {
  readonly question: Omit<Confirmation, 'consequences'>;
  readonly done: string;
} {
  switch (change.kind) {
    case 'document':
      return { question: { title: m.saveTitle, action: messages.save }, done: m.saved };
    case 'default':
      return {
        question: { title: messages.mapping.restoreTitle, action: messages.mapping.restore, isDangerous: true },
        done: messages.mapping.restored,
      };
    case 'version':
      return {
        question: { title: m.restoreTitle(change.version), action: m.restore },
        done: m.restored(change.version),
      };
    default:
      return assertNever(change);
  }
}
