import { afterEach, describe, expect, test } from '@jest/globals';
import { createOfflineEngine } from '../../shared/engine/offline.ts';
import { startOfflinePool } from '../../shared/engine/offline-pool.ts';
import type { EngineCall, Pool } from '../../shared/ports.ts';
import { ChoiceDraft, SummaryDraft } from '../../shared/tasks/drafts.ts';
import { minuteMailInput } from '../tasks/offline/offline-input.ts';

const open: Pool[] = [];
const never = new AbortController().signal;

afterEach(async () => {
  await Promise.all(open.splice(0).map((pool) => pool.close()));
});

function summaryCall(changes: Partial<EngineCall<SummaryDraft>> = {}): EngineCall<SummaryDraft> {
  return {
    task: { name: 'summarise', version: 'summarise@1', prompt: '' },
    stage: 'run',
    input: minuteMailInput(),
    schema: SummaryDraft,
    ...changes,
  };
}

describe('the offline engine', () => {
  test('names itself, reads texts of any length, and costs nothing', async () => {
    const engine = createOfflineEngine();
    expect([engine.name, engine.model, engine.passageTokenLimit]).toEqual(['offline', 'key-sentences', Infinity]);
    const answer = await engine.run(summaryCall(), never);
    expect(answer.model).toBe('key-sentences');
    expect(answer.usage).toEqual({ inputTokens: 0, cachedInputTokens: 0, outputTokens: 0, cost: { amount: 0, currency: 'USD' } });
  });

  test('gives in a child process exactly what it gives here', async () => {
    const pool = startOfflinePool();
    open.push(pool);
    const there = await createOfflineEngine(pool).run(summaryCall(), never);
    const here = await createOfflineEngine().run(summaryCall(), never);
    expect(there).toEqual(here);
    expect(here.output.headline.text).toMatch(/^The Minister/u);
  });

  test('sends the pool one job named after the task, with the input alone', async () => {
    const jobs: { name: string; input: unknown }[] = [];
    const pool: Pool = {
      run: (job) => {
        jobs.push(job);
        return Promise.resolve({ headline: { text: '', evidence: [] }, points: [], actions: [], dates: [], questions: [] });
      },
      close: () => Promise.resolve(),
    };
    await createOfflineEngine(pool).run(summaryCall(), never);
    expect(jobs).toEqual([{ name: 'summarise', input: minuteMailInput() }]);
  });

  test('hands over each element in the task’s order, by the path of the whole answer', async () => {
    const handed: [string, unknown][] = [];
    const { output } = await createOfflineEngine().run(
      summaryCall({
        elements: ['$.headline', '$.points.*', '$.actions.*', '$.nothing', '$.nothing.*'],
        onElement: (path, value) => handed.push([path, value]),
      }),
      never,
    );
    expect(handed[0]).toEqual(['headline', output.headline]);
    expect(handed.map(([path]) => path)).toEqual([
      'headline',
      ...output.points.map((_, at) => `points.${at}`),
      ...output.actions.map((_, at) => `actions.${at}`),
    ]);
    expect(handed.at(-1)?.[1]).toEqual(output.actions.at(-1));
  });

  test('does not guess a task: the person is asked', async () => {
    const { output } = await createOfflineEngine().run(
      {
        task: { name: 'choose-task', version: 'choose-task@1', prompt: '' },
        stage: 'choose',
        input: { instruction: 'hm', passages: [], options: {}, asker: {}, today: '2026-11-23' },
        schema: ChoiceDraft,
      },
      never,
    );
    expect(output).toEqual({ task: 'none', confidence: 'low' });
  });

  test('a cancelled task is cancelled, here and in the pool', async () => {
    await expect(createOfflineEngine().run(summaryCall(), AbortSignal.abort())).rejects.toMatchObject({ code: 'cancelled' });
    const pool = startOfflinePool();
    open.push(pool);
    const controller = new AbortController();
    const running = createOfflineEngine(pool).run(summaryCall(), controller.signal);
    controller.abort();
    await expect(running).rejects.toMatchObject({ code: 'cancelled' });
  });

  test('a task that is cancelled before it starts costs no work', async () => {
    let asked = 0;
    const pool: Pool = { run: () => Promise.reject(new Error(`asked ${(asked += 1)} times`)), close: () => Promise.resolve() };
    await expect(createOfflineEngine(pool).run(summaryCall(), AbortSignal.abort())).rejects.toMatchObject({ code: 'cancelled' });
    expect(asked).toBe(0);
  });

  test('what the pool refuses reaches the caller as it is', async () => {
    const pool = startOfflinePool();
    await pool.close();
    await expect(createOfflineEngine(pool).run(summaryCall(), never)).rejects.toMatchObject({ code: 'shutting-down' });
  });
});
