import type { SchemaImpact } from '@joinery/graph-api/contract';
import type { ReactNode } from 'react';
import { weighSchema, type ObjectType } from '../../data/mapping.ts';
import { messages } from '../../messages.ts';

const m = messages.consequences;
const shown = 5;

/** What saving a schema will cause, in sentences; counted by the server. Throws what it found wrong with the schema. */
export async function schemaConsequences(
  jobId: string,
  schema: unknown,
  types: readonly ObjectType[],
): Promise<readonly string[]> {
  const impacts = await Promise.all(
    types.map(async (type) => ({ type, impact: await weighSchema(jobId, schema, type) })),
  );
  const sentences = impacts.flatMap(({ type, impact }) => sentencesOf(type, impact));
  const isSample = impacts.some(({ impact }) => !impact.isComplete);
  const examined = impacts.reduce((sum, { impact }) => sum + impact.examined, 0);
  if (examined === 0) return [];
  return [...(sentences.length === 0 ? [m.none] : sentences), ...(isSample ? [m.sample(examined)] : [])];
}

function sentencesOf(type: ObjectType, impact: SchemaImpact): readonly string[] {
  const kinds = ['disabled', 'deleted', 'kept', 'changed', 'failing'] as const;
  return kinds.flatMap((kind) => {
    const { count, names } = impact[kind];
    if (count === 0) return [];
    const others = count - Math.min(shown, names.length);
    const listed = `${names.slice(0, shown).join(', ')}${others > 0 ? m.others(others) : ''}`;
    return [`${m[kind](m.count(type, count))} ${listed}.`];
  });
}

export function Sentences({ sentences }: { sentences: readonly string[] }): ReactNode {
  return sentences.map((sentence) => <p key={sentence}>{sentence}</p>);
}
