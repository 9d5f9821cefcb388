/** The text in the middle: painted outside of React, walked and selected with the mouse or with keys. */

import { makeStyles, tokens } from "@fluentui/react-components";
import {
  type KeyboardEvent,
  type Ref,
  useEffect,
  useImperativeHandle,
  useLayoutEffect,
  useRef,
} from "react";
import type { State } from "../../tagging/Session.ts";
import { covering, type Span, same } from "../../tagging/spans.ts";
import { Caret } from "../../text/Caret.ts";
import { paint } from "../../text/paints.ts";
import { type Painted, TextSurface } from "../../text/TextSurface.ts";
import { type Stretch, Words } from "../../text/words.ts";
import type { Kind } from "./types.ts";

const useStyles = makeStyles({
  text: {
    flexGrow: 1,
    flexBasis: 0,
    minHeight: 0,
    // Its size depends on the window alone: nothing around it has to be laid out with its lines.
    contain: "strict",
    padding: `${tokens.spacingVerticalL} clamp(16px, 4%, 56px) 40vh`,
    fontSize: tokens.fontSizeBase400,
    lineHeight: "34px",
    backgroundColor: tokens.colorNeutralBackground1,
    color: tokens.colorNeutralForeground1,
    ":focus-visible": { outline: `2px solid ${tokens.colorStrokeFocus2}` },
  },
});

/** What the page asks of the text. */
export interface TextHandle {
  focus: () => void;
  /** Bring an offset into sight, and the caret there. */
  go: (offset: number) => void;
  /** What is selected, cut to what can be tagged; by keys to the character. */
  selected: () => Stretch | null;
  /** Where the caret is. */
  caret: () => number;
  /** Give up the selection, with the caret at its end. */
  collapse: () => void;
  /** Where a stretch is in the window, for what is shown beside it. */
  boxOf: (stretch: Stretch) => DOMRect;
}

/** The text never changes: another text is another pane. */
export interface TextPaneProps {
  handle: Ref<TextHandle>;
  name: string;
  text: string;
  language: string;
  state: State;
  kinds: ReadonlyMap<string, Kind>;
  active: Span | null;
  /** What a menu is open for. */
  pending: Stretch | null;
  /** Hears of a selection that was made with the mouse. */
  onSelect: (stretch: Stretch) => void;
  /** Hears of a click on a tag or a suggestion, or beside one. */
  onPoint: (span: Span | null) => void;
  /** Hears that the caret has been moved by keys. */
  onMove: (offset: number) => void;
  onEnter: () => void;
}

interface Parts {
  surface: TextSurface;
  caret: Caret;
  words: Words;
}

export function TextPane(props: TextPaneProps) {
  const { handle, name, text, language, state, kinds, active, pending } = props;
  const styles = useStyles();
  const root = useRef<HTMLDivElement>(null);
  const parts = useRef<Parts>(null);

  useLayoutEffect(() => {
    if (root.current === null) return;
    const surface = new TextSurface(root.current);
    const caret = new Caret(surface);
    surface.show(text);
    parts.current = { surface, caret, words: new Words(text) };
    return () => {
      parts.current = null;
      surface.destroy();
    };
  }, [text]);

  useLayoutEffect(() => {
    if (parts.current === null) return;
    parts.current.words = new Words(text, language || undefined);
    parts.current.caret.restart(parts.current.words);
  }, [text, language]);

  useLayoutEffect(() => {
    const surface = parts.current?.surface;
    if (surface === undefined) return;
    const hue = (category: string) => kinds.get(category)?.hue ?? 0;
    surface.paint(
      "labels",
      state.spans.map(({ start, end, category }): Painted => {
        const number = hue(category);
        const tag = { name: category, hue: number, kind: "label" as const };
        return { start, end, paint: paint.label(number), tag };
      }),
    );
    surface.paint(
      "suggestions",
      state.suggestions.map(({ start, end, category }): Painted => {
        const number = hue(category);
        const tag = { name: `${category}?`, hue: number, kind: "suggestion" as const };
        return { start, end, paint: paint.suggestion(number), tag };
      }),
    );
  }, [state.spans, state.suggestions, kinds]);

  useLayoutEffect(() => {
    const surface = parts.current?.surface;
    if (surface === undefined) return;
    const number = active === null ? 0 : (kinds.get(active.category)?.hue ?? 0);
    surface.paint("active", active === null ? [] : [{ ...active, paint: paint.active(number) }]);
    surface.paint("pending", pending === null ? [] : [{ ...pending, paint: "found" }]);
  }, [active, pending, kinds]);

  useImperativeHandle(handle, (): TextHandle => {
    const now = () => {
      if (parts.current === null) throw new Error("the text is not shown");
      return parts.current;
    };
    return {
      focus: () => root.current?.focus({ preventScroll: true }),
      go(offset) {
        now().caret.place(offset);
      },
      selected() {
        const { caret, words } = now();
        const start = Math.min(caret.anchor, caret.offset);
        const end = Math.max(caret.anchor, caret.offset);
        return start === end ? null : words.exact(start, end);
      },
      caret: () => now().caret.offset,
      collapse() {
        const { caret } = now();
        caret.place(Math.max(caret.anchor, caret.offset));
      },
      boxOf(stretch) {
        const { surface } = now();
        surface.reveal(stretch.start);
        return surface.rectsOf(stretch)[0] ?? surface.caretRect(stretch.start);
      },
    };
  }, []);

  const latest = useRef(props);
  useLayoutEffect(() => {
    latest.current = props;
  });

  // A drag may end outside of the text; what it has selected is known only after the event. On a busy
  // machine the next press or key can be heard before that: it waits until the drag is settled.
  useEffect(() => {
    const element = root.current;
    if (element === null) return;
    let pressed = false;
    let released: MouseEvent | null = null;
    let timer = 0;
    const press = (event: MouseEvent) => {
      pressed = event.button === 0;
      // Else the browser would move the selected words about, as if they could be dropped somewhere.
      if (pressed && event.detail === 1 && !event.shiftKey) document.getSelection()?.empty();
    };
    const release = (event: MouseEvent) => {
      if (!pressed) return;
      pressed = false;
      released = event;
      timer = window.setTimeout(settle, 0);
    };
    function settle() {
      const event = released;
      if (event === null || parts.current === null) return;
      released = null;
      window.clearTimeout(timer);
      const { surface, caret, words } = parts.current;
      const { onSelect, onPoint, state } = latest.current;
      const raw = surface.selected();
      if (raw !== null) {
        const cut = event.altKey ? words.exact(raw.start, raw.end) : words.snap(raw.start, raw.end);
        if (cut === null) return;
        surface.select(cut.start, cut.end);
        caret.take(cut.start, cut.end);
        onSelect(cut);
        return;
      }
      const offset = surface.offsetAt(event.clientX, event.clientY);
      if (offset === null) return;
      caret.place(offset);
      const { clientX: x, clientY: y } = event;
      const hit = surface.at("labels", x, y)[0] ?? surface.at("suggestions", x, y)[0];
      const all = hit === undefined ? [] : [...state.spans, ...state.suggestions];
      onPoint(all.find((one) => one.start === hit?.start && one.end === hit.end) ?? null);
    }
    document.addEventListener("mousedown", settle, { capture: true });
    document.addEventListener("keydown", settle, { capture: true });
    element.addEventListener("mousedown", press);
    document.addEventListener("mouseup", release);
    return () => {
      document.removeEventListener("mousedown", settle, { capture: true });
      document.removeEventListener("keydown", settle, { capture: true });
      element.removeEventListener("mousedown", press);
      document.removeEventListener("mouseup", release);
    };
  }, []);

  function press(event: KeyboardEvent) {
    if (parts.current === null) return;
    if (event.key === "Enter") {
      event.preventDefault();
      props.onEnter();
    } else if (parts.current.caret.key(event.nativeEvent)) {
      event.preventDefault();
      props.onMove(parts.current.caret.offset);
    }
  }

  return (
    <div
      ref={root}
      className={styles.text}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: the text is walked with a caret
      tabIndex={0}
      role="document"
      aria-label={`Text of ${name}`}
      onKeyDown={press}
    />
  );
}

/** The tag or suggestion that covers an offset. */
export function spanAt({ spans, suggestions }: State, offset: number): Span | null {
  return covering(spans, offset) ?? covering(suggestions, offset) ?? null;
}

export function isSuggestion({ suggestions }: State, span: Span) {
  return suggestions.find((one) => same(one, span));
}
