import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, jest, test } from '@jest/globals';
import { z } from 'zod';
import { dateOf, findDates } from '../../shared/tasks/offline/find-dates.ts';
import { requestTier } from '../../shared/tasks/offline/request-tier.ts';
import { BARS, benchQmsum, type QmsumFigures } from '../bench/qmsum.ts';

const corpus = process.env['HUMPHREY_CORPUS'];
if (corpus === undefined)
  console.log('Skipped: the offline engine’s quality on real requests, dates and meetings, because HUMPHREY_CORPUS is not set.');

/** Real sentences of mails with whether the writer asks for something; the people who judged them differ on one in five. */
const REQUEST_BARS = { surePrecision: 0.85, sureRecall: 0.45, f1: 0.7 };

(corpus === undefined ? describe.skip : describe)('the offline engine on real text', () => {
  const folder = corpus ?? '';

  describe('meetings of QMSum', () => {
    let figures: QmsumFigures | undefined;
    const mean = (values: readonly number[] = []): number => values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);

    beforeAll(async () => {
      const lines: string[] = [];
      const log = jest.spyOn(console, 'log').mockImplementation((line: string) => void lines.push(line));
      figures = await benchQmsum(folder);
      log.mockRestore();
      console.log(lines.join('\n'));
    }, 120_000);

    test('summaries reach their bars and beat the first words of the meeting', () => {
      expect(mean(figures?.summaries.committee.ours)).toBeGreaterThanOrEqual(BARS.committee);
      expect(mean(figures?.summaries.product.ours)).toBeGreaterThanOrEqual(BARS.product);
      expect(mean(figures?.summaries.committee.ours)).toBeGreaterThan(mean(figures?.summaries.committee.lead));
    });

    test('sentences picked for a question lie where people found the answer, and are not too few', () => {
      const { picked = 0, inSpan = 0, questions = 0, notFound = 0 } = figures?.spans.committee ?? {};
      expect(inSpan / picked).toBeGreaterThanOrEqual(BARS.spanPrecision);
      expect(picked / (questions - notFound)).toBeGreaterThanOrEqual(4.5);
      expect(notFound / questions).toBeLessThanOrEqual(0.1);
    });
  });

  test('requests: the sure tier is right and the two together find most', async () => {
    const lines = (await readFile(join(folder, 'routing/email_requests/train.txt'), 'utf8'))
      .split('\n')
      .filter((line) => /^(?:Yes|No)\t/u.test(line));
    const judged = lines.map((line) => ({ asks: line.startsWith('Yes'), tier: requestTier(line.replace(/^\w+\t/u, '')) }));
    const count = (test: (one: (typeof judged)[number]) => boolean): number => judged.filter(test).length;
    const asks = count((one) => one.asks);
    const sure = { all: count(({ tier }) => tier === 'sure'), right: count(({ tier, asks: yes }) => tier === 'sure' && yes) };
    const any = { all: count(({ tier }) => tier !== undefined), right: count(({ tier, asks: yes }) => tier !== undefined && yes) };
    const precision = sure.right / sure.all;
    const recall = sure.right / asks;
    const f1 = (2 * any.right) / (any.all + asks);
    console.log(
      `Requests in ${judged.length} sentences: sure precision ${precision.toFixed(3)}, recall ${recall.toFixed(3)}; both tiers precision ${(any.right / any.all).toFixed(3)}, recall ${(any.right / asks).toFixed(3)}, F1 ${f1.toFixed(3)}`,
    );
    expect(precision).toBeGreaterThanOrEqual(REQUEST_BARS.surePrecision);
    expect(recall).toBeGreaterThanOrEqual(REQUEST_BARS.sureRecall);
    expect(f1).toBeGreaterThanOrEqual(REQUEST_BARS.f1);
  });

  test('British dates, traps among them', async () => {
    const Row = z.object({ sent: z.string(), text: z.string(), due: z.string().nullable() });
    const lines = (await readFile(join(folder, 'routing/uk_dates.jsonl'), 'utf8')).split('\n').filter((line) => line !== '');
    const rows = lines.map((line) => Row.parse(JSON.parse(line)));
    const wrong = rows.filter(({ sent, text, due }) => {
      const today = sent.slice(0, 10);
      return due === null ? findDates(text, today).length > 0 : dateOf(text, today) !== due.slice(0, 10);
    });
    console.log(`Dates: ${rows.length - wrong.length} of ${rows.length} right`);
    expect(wrong).toEqual([]);
  });
});
