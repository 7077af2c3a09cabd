import { render } from 'preact';
import { useEffect, useState } from 'preact/hooks';

/** What GET /api/about tells. */
interface About {
  engine: { name: 'openai' | 'offline'; model: string };
  /** The address of the Teams playground, where it runs. */
  playground?: string;
}

function Start() {
  const [about, setAbout] = useState<About | 'failed' | undefined>();
  useEffect(() => {
    void readAbout().then(setAbout);
  }, []);
  return (
    <>
      <header class="start-bar">
        <div class="start-width">
          <img src="/assets/humphrey.svg" alt="" width="32" height="32" />
          <span>Humphrey</span>
        </div>
      </header>
      <main class="start-width">
        <h1>Less reading, better replies</h1>
        <p class="lead">
          Humphrey is an assistant for civil servants inside Outlook and Teams. It summarises, drafts, answers and lists actions, and shows
          the words that each point comes from.
        </p>
        <EngineNote about={about} />
        <h2>Try it</h2>
        <Cards playground={typeof about === 'object' ? about.playground : undefined} known={about !== undefined} />
        <section class="honest" aria-labelledby="honest-title">
          <h2 id="honest-title">What is real here</h2>
          <ul>
            <li>The Outlook pane and the Teams bot are the real ones, and every answer is worked out as you ask.</li>
            <li>The mailbox around the pane is simulated. Its people and messages are invented.</li>
            <li>Nothing is sent: Humphrey writes drafts, and people send them.</li>
          </ul>
        </section>
      </main>
    </>
  );
}

async function readAbout(): Promise<About | 'failed'> {
  try {
    const response = await fetch('/api/about');
    return response.ok ? ((await response.json()) as About) : 'failed';
  } catch (thrown) {
    if (thrown instanceof Error) return 'failed';
    throw thrown;
  }
}

function EngineNote({ about }: { about: About | 'failed' | undefined }) {
  const words =
    about === undefined
      ? 'asking which one is running…'
      : about === 'failed'
        ? 'this server does not answer. Check that it is still running, then load this page again.'
        : engineInWords(about.engine);
  return (
    <p class="engine-note" role="status">
      <strong>Engine:</strong> {words}
    </p>
  );
}

function engineInWords({ name, model }: About['engine']): string {
  return name === 'offline'
    ? 'offline, with no AI. It picks and quotes key sentences, finds requests and dates, and fills in reply templates. Nothing leaves this computer.'
    : `${model}. What you ask about is sent to it, and it can be wrong: check each point against its quote.`;
}

function Cards({ playground, known }: { playground: string | undefined; known: boolean }) {
  return (
    <div class="cards">
      <section class="card" aria-labelledby="card-outlook">
        <p class="hint">Outlook</p>
        <h3 id="card-outlook">Summarise an email</h3>
        <p>Open a message, choose Summarise on the ribbon, and read the main points, actions and dates.</p>
        <a class="button" href="/demo/outlook">
          Open the mailbox
        </a>
      </section>
      <section class="card" aria-labelledby="card-chat">
        <p class="hint">Teams</p>
        <h3 id="card-chat">Chat with Humphrey</h3>
        <p>Paste some text or attach a document and say what you want, for example “Summarise this”.</p>
        <TeamsLink playground={playground} known={known} label="Open the chat" />
      </section>
      <section class="card" aria-labelledby="card-channel">
        <p class="hint">Teams</p>
        <h3 id="card-channel">Ask in a channel thread</h3>
        <ol>
          <li>Open Teams and choose the channel on the left.</li>
          <li>Start a thread, or open one that is there.</li>
          <li>Reply with “@Humphrey summarise this thread”.</li>
        </ol>
        <TeamsLink playground={playground} known={known} label="Open the channel" />
      </section>
    </div>
  );
}

function TeamsLink({ playground, known, label }: { playground: string | undefined; known: boolean; label: string }) {
  if (playground) {
    return (
      <a class="button" href={playground}>
        {label}
      </a>
    );
  }
  return (
    <p class="hint">
      {known ? 'The Teams playground is not running. Start Humphrey with PLAYGROUND=on to use this.' : 'Looking for Teams…'}
    </p>
  );
}

const root = document.getElementById('start');
if (root) render(<Start />, root);
