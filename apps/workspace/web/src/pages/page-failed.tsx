import { ErrorState } from '@joinery/ui';

/** A fault of a page itself; a file of an older build that is gone is one too, so that loading anew mends it. */
export function PageFailed({ error }: { error: unknown }) {
  return <ErrorState error={error} onRetry={() => window.location.reload()} />;
}
