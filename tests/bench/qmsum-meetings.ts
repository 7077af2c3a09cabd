import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { z } from 'zod';
import type { Passage } from '../../shared/passage.ts';

const Query = z.object({ query: z.string(), answer: z.string() });
const Line = z.object({
  meeting_id: z.string(),
  transcript: z.array(z.object({ speaker: z.string(), text: z.string() })),
  general_queries: z.array(Query),
  specific_queries: z.array(Query.extend({ relevant_text_span: z.array(z.tuple([z.coerce.number(), z.coerce.number()])) })),
});

/** A meeting as a transcript source gives it, a passage a turn, with what people wrote about it. */
export interface Meeting {
  id: string;
  passages: Passage[];
  /** The human summary of the whole. */
  summary: string;
  /** Questions with the numbers of the turns (from 1) that people marked as their answer. */
  questions: { question: string; turns: Set<number> }[];
}

/** The meetings of one part of QMSum under a corpus folder: `committee` or `product`. */
export async function readMeetings(corpus: string, part: 'committee' | 'product'): Promise<Meeting[]> {
  const bytes = await readFile(join(corpus, 'meetings', `qmsum_${part}.dev.jsonl.gz`));
  const lines = gunzipSync(bytes)
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '');
  return lines.map((line) => toMeeting(Line.parse(JSON.parse(line))));
}

function toMeeting({ meeting_id: id, transcript, general_queries: general, specific_queries: specific }: z.infer<typeof Line>): Meeting {
  const passages = transcript.flatMap(({ speaker, text }, at): Passage[] =>
    text.trim() === '' ? [] : [{ id: `p${at + 1}`, source: 0, text, role: 'own', locator: { message: at + 1, author: speaker } }],
  );
  const whole = general.find(({ query }) => /whole meeting/iu.test(query)) ?? general[0];
  return {
    id,
    passages,
    summary: whole?.answer ?? '',
    questions: specific.map(({ query, relevant_text_span: spans }) => ({
      question: query,
      turns: new Set(spans.flatMap(([from, to]) => Array.from({ length: to - from + 1 }, (_, step) => from + step + 1))),
    })),
  };
}
