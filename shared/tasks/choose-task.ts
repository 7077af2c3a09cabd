import { taskNames, type TaskName, type TaskOptions } from '../contract/task-request.ts';
import { HumphreyError } from '../errors.ts';
import type { Engine } from '../ports.ts';
import { ChoiceDraft } from './drafts.ts';

/** Characters of the instruction that the rules look at: what a person asks stands at the start; the rest is material. */
const LOOKED_AT_CHARACTERS = 400;

interface Rule {
  task: TaskName;
  words: RegExp;
}

/** First match wins. Editing comes before drafting and drafting before asking: "can you shorten the reply?" is an edit. */
const RULES: Rule[] = [
  {
    task: 'redraft',
    words:
      /^(?:(?:please|now|and|can you|could you)[ ,]+)*(?:make|put|turn) (?:it|this|that|them|the (?:text|draft|reply|email|message|above))\b.*\b(?:shorter|longer|plain(?:er)?|simpler|clearer|firmer|warmer|softer|friendlier|formal|polite|concise|briefer|bullets?|bullet points)\b/u,
  },
  {
    task: 'redraft',
    words: /\b(?:rewrite|re-write|rephrase|reword|redraft|proof-?read|shorten|simplify|polish|tidy up|spell-?check|copy-?edit)\b/u,
  },
  { task: 'redraft', words: /\b(?:fix|correct|check|improve)\b.{0,20}\b(?:grammar|spelling|punctuation|wording|english|draft|tone)\b/u },
  {
    task: 'redraft',
    words:
      /^(?:(?:a bit|much|even) )?(?:shorter|longer|firmer|warmer|plainer|simpler|in plain english|as bullets|bullet points)(?: please)?[.!]?$/u,
  },
  {
    task: 'summarise',
    words:
      /\bsumm?ar(?:y|ies|ise|ize|ised|ising|izing)\b|\btl;?\s?dr\b|\b(?:key|main) (?:points?|messages?|findings?|takeaways?)\b|\b(?:the )?gist\b|\bcatch me up\b|\bbrief me\b|\bin a nutshell\b|\bwhat (?:is|was) (?:this|it|that|the (?:email|thread|document|attachment|paper)) (?:all )?about\b|\bwhat(?:'s| has| have)? (?:i|we|been)? ?(?:missed|happened)\b|\b(?:quick|short) overview\b|\brecap\b/u,
  },
  {
    task: 'draft-reply',
    words: /\b(?:draft|write|compose|prepare|send)\b.{0,40}\b(?:reply|response|answer|acknowledgement|e-?mail|letter|message|back)\b/u,
  },
  {
    task: 'draft-reply',
    words:
      /^(?:(?:please|can you|could you|help me)[ ,]+)*(?:reply|respond|answer (?:them|her|him|this (?:e-?mail|message|letter)|the (?:e-?mail|message|letter)))\b/u,
  },
  {
    task: 'draft-reply',
    words:
      /\bhow (?:should|do|can|would) (?:i|we) (?:reply|respond)\b|^(?:tell (?:them|her|him)|say (?:yes|no|that))\b|^(?:accept|decline|thank (?:them|her|him))\b/u,
  },
  {
    task: 'extract-actions',
    words:
      /\b(?:action (?:points?|items?|list)|actions|to-?do(?:s| list)?|next steps|deadlines)\b|\bwhat (?:do|must|should) (?:i|we|they|people) (?:need to |have to )?do\b|\bwho (?:has|needs|is) to do what\b|\bwhat (?:is|am i|are we) (?:being )?asked\b/u,
  },
  {
    task: 'answer',
    words:
      /^(?:(?:please|hi|hello|and|so|ok|also)[ ,]+)*(?:who|what|when|where|why|how|which|whose|is|are|was|were|do|does|did|has|have|had|will|would|should|am)\b/u,
  },
  {
    task: 'answer',
    words: /^(?:(?:please|can you|could you)[ ,]+)*(?:find|tell me|explain|list|answer|show me|look up|check (?:if|whether))\b|\?\s*$/u,
  },
  {
    task: 'answer',
    words:
      /^(?:(?:please|can you|could you)[ ,]+)*(?:(?:using|based on|from|in|with) [^,]{1,60}, ?(?:please )?)?(?:give|provide|list|extract|describe|share|name|identify|outline|compare)\b/u,
  },
];

/** What a person calls each task when they have to pick one. */
const CHOICE_LABELS: Record<TaskName, string> = {
  summarise: 'Summarise it',
  'extract-actions': 'List the actions',
  'draft-reply': 'Draft a reply',
  answer: 'Answer a question about it',
  redraft: 'Rewrite it',
};

const CHOOSE_PROMPT = `Decide which task the asker's instruction asks for: summarise, extract-actions, draft-reply, answer (a question about the material), redraft (change a text), or none where it fits none of them. confidence: high only where a careful reader would not doubt it.`;

export interface ChoiceInput {
  instruction: string;
  hasSources: boolean;
  hasPrevious: boolean;
  today: string;
}

/** The task that the rules read out of the person's words; undefined where they are unsure. */
export function chooseByRules(input: ChoiceInput): TaskName | undefined {
  const words = plainWords(input.instruction);
  if (words === '') return input.hasSources ? 'summarise' : undefined;
  return RULES.find((rule) => rule.words.test(words))?.task;
}

/** Rules first; then one strict-schema call; then one question back to the person (ambiguous-task with the choices). */
export async function chooseTask(input: ChoiceInput, engine: Engine, signal: AbortSignal): Promise<TaskName> {
  const byRules = chooseByRules(input);
  if (byRules) return byRules;
  if (input.instruction.trim() !== '') {
    const { output } = await engine.run(
      {
        task: { name: 'choose-task', version: 'choose-task@1', prompt: CHOOSE_PROMPT },
        stage: 'choose',
        // The choice is made out of the person's own words alone: no source may steer it.
        input: { instruction: input.instruction, passages: [], options: {}, asker: {}, today: input.today },
        schema: ChoiceDraft,
      },
      signal,
    );
    if (output.task !== 'none' && output.confidence === 'high') return output.task;
  }
  throw new HumphreyError('ambiguous-task', 'What would you like me to do? Choose one, or say it in other words.', {
    details: { choices: taskNames.map((task) => ({ task, label: CHOICE_LABELS[task] })) },
  });
}

/** Options that the person's own words name; those of the request win. */
export function optionsFromWords(instruction: string): TaskOptions {
  const words = plainWords(instruction);
  const options: TaskOptions = {};
  if (/\b(?:short|brief|quick|one line|in a sentence)\b/u.test(words)) options.length = 'short';
  if (/\b(?:detailed|in detail|full|thorough|long)\b/u.test(words)) options.length = 'detailed';
  const tone = /\b(warm|friendly|formal|firm)\b/u.exec(words)?.[1];
  if (tone) options.tone = tone === 'friendly' ? 'warm' : (tone as 'warm' | 'formal' | 'firm');
  if (/\bholding (?:reply|response|answer)\b/u.test(words)) options.stance = 'holding';
  else if (/\b(?:decline|turn (?:it|them|this) down|say no)\b/u.test(words)) options.stance = 'decline';
  else if (/\b(?:accept|say yes|agree to)\b/u.test(words)) options.stance = 'accept';
  const change = CHANGES.find(([pattern]) => pattern.test(words))?.[1];
  if (change) options.change = change;
  return options;
}

const CHANGES: [RegExp, NonNullable<TaskOptions['change']>][] = [
  [/\b(?:shorter|shorten|concise|briefer|cut (?:it )?down)\b/u, 'shorter'],
  [/\b(?:longer|expand|fuller)\b/u, 'longer'],
  [/\bplain(?:er)?(?: english)?\b|\bsimpl(?:er|ify)\b|\bclearer\b/u, 'plain-english'],
  [/\bfirmer\b/u, 'firmer'],
  [/\b(?:warmer|softer|friendlier)\b/u, 'warmer'],
  [/\bbullet(?:s| points?)?\b/u, 'bullets'],
  [/\b(?:grammar|spelling|punctuation|proof-?read|spell-?check)\b/u, 'grammar'],
];

/** Lower case, curly apostrophes straight, what is ruled out ("don't summarise, …") taken away. */
function plainWords(instruction: string): string {
  return instruction
    .slice(0, LOOKED_AT_CHARACTERS)
    .toLowerCase()
    .replaceAll('’', "'")
    .replace(
      /\b(?:don't|do not|rather than|instead of|without|not) (?:just )?(?:a )?(?:summar\w+|reply\w*|respond\w*|rewrit\w+|redraft\w*|draft\w*|list\w*)\b/gu,
      '',
    )
    .replace(/\s+/gu, ' ')
    .replace(/^[\s,;:.–-]+/u, '')
    .trim();
}
