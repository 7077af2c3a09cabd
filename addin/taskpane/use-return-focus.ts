import { useLayoutEffect, useRef } from 'preact/hooks';
import type { RefObject } from 'preact';

/**
 * Hands the focus back to the element with this id when the one that has it goes away. Office.js moves the focus itself
 * on Tab, and from a place it does not know it leaves the pane altogether.
 */
export function useReturnFocus<Type extends HTMLElement>(id: string): RefObject<Type | null> {
  const leaving = useRef<Type>(null);
  useLayoutEffect(() => {
    const element = leaving.current;
    return () => {
      if (element !== null && document.activeElement === element) document.getElementById(id)?.focus();
    };
  }, [id]);
  return leaving;
}
