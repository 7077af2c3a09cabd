import { useEffect, useReducer, useRef } from 'preact/hooks';
import type { TaskRequest } from '../../shared/contract/task-request.ts';
import { buildRequest, type Order } from './build-request.ts';
import { MailHostError, type MailHost, type OpenMail } from './mail-host.ts';
import { nextPaneState, type PaneChange, type PaneState, type Redraft } from './pane-state.ts';
import type { TaskClient } from './task-client.ts';

export interface PaneActions {
  /** Runs a task on the message that is open now. */
  start: (order: Order) => void;
  /** Changes the draft that is shown; works on the earlier result, whatever message is open. */
  redraft: (redraft: Redraft) => void;
  /** Goes back to the draft before the last change. */
  restoreDraft: () => void;
  cancel: () => void;
  retry: () => void;
}

const surprise = 'Something went wrong in this pane. Close it, open it again and try once more.';

/** The pane's state and what can be done to it; at most one run at a time, and a new one ends the one before. */
export function usePane(host: MailHost, client: TaskClient): [PaneState, PaneActions] {
  const [state, change] = useReducer<PaneState, PaneChange>(nextPaneState, { mail: host.readItem(), run: undefined });
  const current = useRef<{ number: number; abort: AbortController }>({ number: 0, abort: new AbortController() });

  useEffect(() => {
    host.onItemChanged(() => {
      change({ type: 'mail-opened', mail: host.readItem() });
    });
  }, [host]);

  function begin(mail: OpenMail, order: Order, redraft?: Redraft): void {
    current.current.abort.abort();
    const number = current.current.number + 1;
    const abort = new AbortController();
    current.current = { number, abort };
    change({ type: 'run-started', run: { number, mail, order, ...(redraft ? { redraft } : {}) } });
    const makeRequest = redraft
      ? () => Promise.resolve(redraftRequest(redraft))
      : () =>
          buildRequest(order, mail, host, (step) => {
            change({ type: 'run-reading', number, step });
          });
    void follow({ number, makeRequest, client, signal: abort.signal, change });
  }

  function start(order: Order): void {
    // Outlook's event for a newly opened message is not reliable, so each run asks again which one is open.
    const mail = host.readItem();
    change({ type: 'mail-opened', mail });
    if (mail) begin(mail, order);
  }

  const run = state.run;
  const actions: PaneActions = {
    start,
    redraft: (redraft) => {
      if (run) begin(run.mail, run.order, redraft);
    },
    restoreDraft: () => {
      change({ type: 'draft-restored' });
    },
    cancel: () => {
      current.current.abort.abort();
      change({ type: 'run-cancelled', number: current.current.number });
      if (run?.taskId) void client.cancel(run.taskId);
    },
    retry: () => {
      if (run?.redraft) begin(run.mail, run.order, run.redraft);
      else if (run) start(run.order);
    },
  };
  return [state, actions];
}

interface Following {
  number: number;
  makeRequest: () => Promise<TaskRequest>;
  client: TaskClient;
  signal: AbortSignal;
  change: (change: PaneChange) => void;
}

/** Sends the request and hands on each event, until the end or until the run is given up. */
async function follow({ number, makeRequest, client, signal, change }: Following): Promise<void> {
  try {
    const request = await makeRequest();
    for await (const event of client.run(request, signal)) {
      if (signal.aborted) return;
      change({ type: 'run-event', number, event });
    }
  } catch (thrown) {
    if (signal.aborted) return;
    const message = thrown instanceof MailHostError ? thrown.message : surprise;
    change({ type: 'run-failed', number, failure: { message, canRetry: true } });
  }
}

function redraftRequest({ change, previous, editedText }: Redraft): TaskRequest {
  return {
    task: 'redraft',
    previous: previous.id,
    options: { change },
    sources: editedText === undefined ? [] : [{ kind: 'text', text: editedText, name: 'Your edited draft' }],
  };
}
