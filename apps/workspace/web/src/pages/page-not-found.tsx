import { Absent } from '../design/absent.tsx';
import { messages } from '../messages/messages.ts';
import { paths } from '../paths.ts';

export function PageNotFound() {
  const text = messages.errors;
  return (
    <Absent title={text.pageNotFound} hint={text.pageNotFoundHint} href={paths.overview} label={text.toOverview} />
  );
}
