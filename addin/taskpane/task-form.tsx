import { useEffect, useId, useRef, useState } from 'preact/hooks';
import type { TaskOptions } from '../../shared/contract/task-request.ts';
import type { Order } from './build-request.ts';

/** The contract's MAX_INSTRUCTION_CHARACTERS: the page takes only types from there, to stay small. */
export const MAX_WORDS_CHARACTERS = 10_000;

type OrderWithoutAttachments = Omit<Order, 'includeAttachments'>;

export interface FormProps {
  id: string;
  /** A closed form keeps what was entered. */
  hidden: boolean;
  onSubmit: (order: OrderWithoutAttachments) => void;
}

type Choices<Value extends string> = readonly (readonly [Value, string])[];

const tones: Choices<NonNullable<TaskOptions['tone']>> = [
  ['neutral', 'Neutral'],
  ['warm', 'Warm'],
  ['formal', 'Formal'],
  ['firm', 'Firm'],
];
const lengths: Choices<NonNullable<TaskOptions['length']>> = [
  ['short', 'Short'],
  ['standard', 'Standard'],
  ['detailed', 'Detailed'],
];
const stances: Choices<NonNullable<TaskOptions['stance']> | 'none'> = [
  ['none', 'No set answer'],
  ['accept', 'Say yes'],
  ['decline', 'Say no'],
  ['holding', 'Holding reply'],
];

/** What the reply should be like and, if the person wants, what it should say. */
export function DraftForm({ id, hidden, onSubmit }: FormProps) {
  const [tone, setTone] = useState<NonNullable<TaskOptions['tone']>>('neutral');
  const [length, setLength] = useState<NonNullable<TaskOptions['length']>>('standard');
  const [stance, setStance] = useState<NonNullable<TaskOptions['stance']> | 'none'>('none');
  const [words, setWords] = useState('');
  return (
    <form
      id={id}
      hidden={hidden}
      onSubmit={(event) => {
        event.preventDefault();
        const instruction = words.trim();
        const options: TaskOptions = { tone, length, ...(stance === 'none' ? {} : { stance }) };
        onSubmit({ task: 'draft-reply', options, ...(instruction === '' ? {} : { instruction }) });
      }}
    >
      <div class="fields">
        <Choice label="Tone" choices={tones} value={tone} onChoose={setTone} />
        <Choice label="Length" choices={lengths} value={length} onChoose={setLength} />
        <Choice label="Answer" choices={stances} value={stance} onChoose={setStance} />
      </div>
      <Words label="What should it say? (optional)" value={words} onInput={setWords} />
      <button type="submit" class="primary">
        Write the draft
      </button>
    </form>
  );
}

/** A question about the open message, in the person's own words. */
export function AskForm({ id, hidden, onSubmit }: FormProps) {
  const [question, setQuestion] = useState('');
  const [missing, setMissing] = useState(false);
  return (
    <form
      id={id}
      hidden={hidden}
      onSubmit={(event) => {
        event.preventDefault();
        const instruction = question.trim();
        setMissing(instruction === '');
        if (instruction !== '') onSubmit({ task: 'answer', instruction });
      }}
    >
      <Words
        label="Your question about this message"
        value={question}
        onInput={setQuestion}
        {...(missing ? { error: 'Enter your question' } : {})}
      />
      <button type="submit" class="primary">
        Get the answer
      </button>
    </form>
  );
}

interface ChoiceProps<Value extends string> {
  label: string;
  choices: Choices<Value>;
  value: Value;
  onChoose: (value: Value) => void;
}

function Choice<Value extends string>({ label, choices, value, onChoose }: ChoiceProps<Value>) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <select
        id={id}
        value={value}
        onChange={(event) => {
          const chosen = choices.find(([name]) => name === event.currentTarget.value);
          if (chosen) onChoose(chosen[0]);
        }}
      >
        {choices.map(([name, words]) => (
          <option key={name} value={name}>
            {words}
          </option>
        ))}
      </select>
    </div>
  );
}

function Words({ label, value, error, onInput }: { label: string; value: string; error?: string; onInput: (value: string) => void }) {
  const id = useId();
  const area = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    if (error) area.current?.focus();
  }, [error]);
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {error && (
        <p class="error" id={`${id}-error`}>
          {error}
        </p>
      )}
      <textarea
        ref={area}
        id={id}
        rows={3}
        maxLength={MAX_WORDS_CHARACTERS}
        value={value}
        {...(error ? { 'aria-invalid': true, 'aria-describedby': `${id}-error` } : {})}
        onInput={(event) => {
          onInput(event.currentTarget.value);
        }}
      />
    </div>
  );
}
