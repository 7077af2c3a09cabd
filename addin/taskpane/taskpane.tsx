import { render } from 'preact';
import { createOfficeMailHost } from './office-mail-host.ts';
import { OutsideOutlook } from './outside-outlook.tsx';
import { Pane, type PaneProps } from './pane.tsx';
import { createTaskClient } from './task-client.ts';

const ribbonActions = ['summarise', 'draft', 'ask'] as const;

function askedFor(): PaneProps['firstAction'] {
  const asked = new URLSearchParams(window.location.search).get('action');
  return ribbonActions.find((action) => action === asked);
}

async function isInOutlook(): Promise<boolean> {
  // office.js does not load where its host is blocked.
  if (!('Office' in window)) return false;
  const { host } = await Office.onReady();
  return String(host) === 'Outlook';
}

async function open(root: HTMLElement): Promise<void> {
  if (!(await isInOutlook())) {
    render(<OutsideOutlook />, root);
    return;
  }
  const host = createOfficeMailHost(Office);
  host.watchTheme((theme) => {
    if (theme) document.documentElement.dataset['theme'] = theme;
    else delete document.documentElement.dataset['theme'];
  });
  const firstAction = askedFor();
  const client = createTaskClient((...request) => fetch(...request));
  render(<Pane host={host} client={client} {...(firstAction ? { firstAction } : {})} />, root);
}

const root = document.getElementById('pane');
if (root) void open(root);
