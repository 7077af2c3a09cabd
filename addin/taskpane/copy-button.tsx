import { useEffect, useRef, useState } from 'preact/hooks';
import { copyText } from '../ui/copy-text.ts';

/** Copies a text and says so; where copying is not allowed, shows the text selected, ready for the keyboard. */
export function CopyButton({ text }: { text: string }) {
  const [outcome, setOutcome] = useState<'copied' | 'refused' | undefined>();
  const area = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    if (outcome === 'refused') area.current?.select();
  }, [outcome]);
  useEffect(() => {
    setOutcome(undefined);
  }, [text]);
  return (
    <>
      <button
        type="button"
        onClick={() => {
          void copyText(text).then((copied) => {
            setOutcome(copied ? 'copied' : 'refused');
          });
        }}
      >
        Copy
      </button>
      <span class="hint" role="status">
        {outcome === 'copied' && 'Copied'}
        {outcome === 'refused' && 'Outlook does not let Humphrey copy. The text is selected below: press Ctrl and C.'}
      </span>
      {outcome === 'refused' && <textarea ref={area} readOnly rows={6} aria-label="Text to copy" value={text} />}
    </>
  );
}
