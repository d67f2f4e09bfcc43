import { TransportFailure, type HttpAnswer, type HttpClient, type HttpRequest } from '@joinery/connector-scim';
import { answerOf, brokenConnection, errorAnswer, type Application } from './application.ts';
import type { Faults, NetworkFault } from './faults.ts';
import type { Actor, Scheduler } from './scheduler.ts';
import type { Setting } from './setting.ts';
import type { Trace } from './trace.ts';

interface Network {
  readonly setting: Setting;
  readonly scheduler: Scheduler;
  readonly faults: Faults;
  readonly application: Application;
  readonly trace: Trace;
}

/** What comes back at the place of an answer; `timeout`: nothing, until the client gives up. */
type Outcome = HttpAnswer | TransportFailure | 'timeout';

const webPage = '<html><body><h1>Service Unavailable</h1></body></html>';

/** The first resource of a list once more. */
function showTwice(answer: HttpAnswer): HttpAnswer {
  if (answer.status !== 200 || !answer.body.includes('"Resources":[{')) return answer;
  const list = JSON.parse(answer.body) as { totalResults: number; Resources: readonly unknown[] };
  const body = { ...list, totalResults: list.totalResults + 1, Resources: [list.Resources[0], ...list.Resources] };
  return { ...answer, body: JSON.stringify(body) };
}

/** Of a bulk request, the first half is carried out before the connection breaks. */
function doSome(request: HttpRequest, application: Application): void {
  if (!request.path.includes('/Bulk')) return;
  const body = JSON.parse(request.body ?? '') as { Operations: readonly unknown[] };
  const operations = body.Operations.slice(0, Math.floor(body.Operations.length / 2));
  application.handle({ ...request, body: JSON.stringify({ ...body, Operations: operations }) });
}

function answerTo(fault: NetworkFault, request: HttpRequest, network: Network): Outcome {
  const { application, faults, setting } = network;
  const done = (): HttpAnswer => application.handle(request);
  switch (fault) {
    case 'none':
    case 'slow':
      return done();
    case 'answer-lost':
      done();
      return brokenConnection(true);
    case 'reset':
      doSome(request, application);
      return brokenConnection(true);
    case 'unreachable':
      return brokenConnection(false);
    case 'timeout-done':
      done();
      return 'timeout';
    case 'timeout-undone':
      return 'timeout';
    case 'conflict':
      return errorAnswer(409, 'somebody else was faster', 'uniqueness');
    case 'precondition-failed':
      return errorAnswer(412, 'the resource changed');
    case 'too-many-requests':
      return { ...errorAnswer(429, 'too many requests'), retryAfter: faults.retryAfter() };
    case 'server-error-done':
      done();
      return errorAnswer(500, 'something went wrong');
    case 'server-error-undone':
      return errorAnswer(500, 'something went wrong');
    case 'unavailable':
      return { ...answerOf(503), contentType: 'text/html', body: webPage, retryAfter: faults.retryAfter() };
    case 'truncated': {
      const answer = done();
      return { ...answer, body: answer.body.slice(0, Math.floor(answer.body.length / 2)) };
    }
    case 'web-page':
      return { ...answerOf(200), contentType: 'text/html', body: webPage };
    case 'delivered-twice': {
      // Where names need not be unique, a create that is doubled on the way makes two, and nobody could tell.
      const isHopeless = request.method === 'POST' && !request.path.includes('/Users') && !setting.uniqueGroups;
      if (!isHopeless) done();
      return done();
    }
    case 'shown-twice':
      return showTwice(done());
    case 'unauthorized':
      return errorAnswer(401, 'the token is not accepted');
  }
}

function describe(outcome: Outcome): string {
  if (outcome === 'timeout') return outcome;
  return outcome instanceof TransportFailure ? outcome.kind : String(outcome.status);
}

/** The connector's transport for one actor: each request is a step, and much may happen to it. */
export function simulatedClient(actor: Actor, network: Network, timeoutMs: number): HttpClient {
  const { scheduler, faults, trace } = network;
  const clock = scheduler.clockOf(actor);
  let isClosed = false;
  const closed = (): TransportFailure => new TransportFailure('closed', true, new Error('closed'));
  return {
    async send(request) {
      if (isClosed) throw closed();
      const { fault, outcome } = await scheduler.gate(
        actor,
        'network',
        `${request.method} ${decodeURIComponent(request.path)}`,
        async () => {
          const chosen = faults.network();
          const answered = answerTo(chosen, request, network);
          trace.add(`  ${request.body ?? ''} → ${chosen} ${describe(answered)}`);
          return { fault: chosen, outcome: answered };
        },
      );
      if (fault === 'slow') await clock.sleep(faults.delayMs());
      if (outcome === 'timeout') {
        await clock.sleep(timeoutMs);
        throw new TransportFailure('timeout', true, new Error(`no answer within ${timeoutMs / 1000} s`));
      }
      if (isClosed) throw closed();
      if (outcome instanceof TransportFailure) throw outcome;
      return outcome;
    },
    async close() {
      isClosed = true;
    },
  };
}
