import { type RefObject, useCallback, useRef, useState } from "react";

/** Nearer than so many pixels is at the end. */
const NEAR = 80;

/** Keeps a growing list at its end for as long as the reader does not scroll away from it. */
export function useStickToEnd(list: RefObject<HTMLElement | null>) {
  const [isAtEnd, setAtEnd] = useState(true);
  // What listeners see at once, before the next render.
  const sticks = useRef(true);
  const stick = useCallback((now: boolean) => {
    sticks.current = now;
    setAtEnd(now);
  }, []);
  const toEnd = useCallback(() => {
    stick(true);
    const element = list.current;
    if (element !== null) element.scrollTop = element.scrollHeight;
  }, [list, stick]);
  return {
    isAtEnd,
    toEnd,
    stick,
    onScroll: useCallback(() => {
      const element = list.current;
      if (element !== null) stick(element.scrollHeight - element.scrollTop - element.clientHeight < NEAR);
    }, [list, stick]),
    /** To be called when something in it has another size. */
    onResize: useCallback(() => {
      if (sticks.current) toEnd();
    }, [toEnd]),
  };
}
