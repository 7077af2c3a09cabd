import { JSONParser } from '@streamparser/json';

export interface ElementOptions {
  /** JSON paths such as `$.points.*`. */
  paths: readonly string[];
  /** `path` is the element's own, such as `points.0`. */
  onElement: (path: string, value: unknown) => void;
  /** The answer is no JSON, or an element was refused by its reader: no more will come. */
  onStop: () => void;
}

/**
 * Takes an answer piece by piece and hands on each value whose path matches as soon as it is whole. An answer that turns
 * out not to be JSON, or an element that its reader refuses, ends the handing on and nothing else: the whole answer is
 * judged at its end.
 */
function createElementReader({ paths, onElement, onStop }: ElementOptions): (text: string) => void {
  const parser = new JSONParser({ paths: [...paths] });
  let reading = paths.length > 0;
  parser.onValue = ({ value, key, stack }) => {
    // The stack's first container is the answer itself, which has no name.
    const path = [...stack.slice(1).map((container) => container.key), key];
    if (reading) onElement(path.join('.'), value);
  };
  return (text) => {
    if (!reading) return;
    try {
      parser.write(text);
    } catch {
      // Of the parser or of the reader of elements, which may be a schema. Its message quotes the answer, so it goes nowhere.
      reading = false;
      onStop();
    }
  };
}

/**
 * The readers of a call's attempts, by number. Each element is handed on at most once, and all of them from one attempt:
 * when that one fails and another is made, what was shown stays until the whole answer replaces it.
 */
export function readersOfAttempts(options: ElementOptions): (attempt: number) => (text: string) => void {
  let shown: number | undefined;
  return (attempt) =>
    createElementReader({
      ...options,
      onElement: (path, value) => {
        shown ??= attempt;
        if (shown === attempt) options.onElement(path, value);
      },
    });
}
