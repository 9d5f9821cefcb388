/** All that can be done to the open document, whether by mouse, menu or key. */

import type { PositioningVirtualElement } from "@fluentui/react-components";
import { type RefObject, useCallback, useMemo, useRef, useState } from "react";
import { changeLabels, undone } from "../../api/labelling.ts";
import { documentsQuery, queryClient } from "../../api/queries.ts";
import type { LabelledDocument } from "../../api/types.ts";
import { useNotices } from "../../app/Notices.tsx";
import { count } from "../../parts/words.ts";
import type { Elsewhere, Step } from "../../tagging/history.ts";
import type { Session } from "../../tagging/Session.ts";
import { covering, type Span, same } from "../../tagging/spans.ts";
import { type Stretch, Words } from "../../text/words.ts";
import type { Desk } from "./desk.ts";
import { isSuggestion, type TextHandle } from "./TextPane.tsx";

interface Around {
  desk: Desk;
  project: string;
  document: LabelledDocument;
  session: Session;
  brush: string | null;
  text: RefObject<TextHandle | null>;
}

export type Acts = ReturnType<typeof useActs>;

export function useActs({ desk, project, document, session, brush, text }: Around) {
  const notices = useNotices();
  const name = document.documentName;
  const [active, setActive] = useState<Span | null>(null);
  const [menu, setMenu] = useState<Stretch | Span | null>(null);
  const [asked, setAsked] = useState<{ span: Span; others: readonly Span[] } | null>(null);
  const [occurrencesOf, setOccurrencesOf] = useState<string | null>(null);
  const [spoken, say] = useState("");
  const busy = useRef(false);
  const words = useMemo(() => new Words(document.text), [document.text]);

  /** The place of the menu, as long as it is open. */
  const menuTarget = useMemo<PositioningVirtualElement>(
    () => ({
      getBoundingClientRect: () =>
        (menu && text.current?.boxOf(menu)) ?? new DOMRect(innerWidth / 2, innerHeight / 3, 0, 0),
    }),
    [menu, text],
  );

  function visit(span: Span): void {
    text.current?.go(span.start);
    setActive(span);
  }

  /** Go back to the text after something was done in a menu or a dialog. */
  function settle(span: Span | null): void {
    setMenu(null);
    setActive(span);
    text.current?.collapse();
    text.current?.focus();
  }

  function add(span: Span, replace = false): void {
    const placed = session.add(span, replace);
    if (placed.outcome === "overlap") {
      setMenu(null);
      setAsked({ span, others: placed.others });
      return;
    }
    say(
      placed.outcome === "added"
        ? `Tagged ${session.quote(span)} as ${span.category}`
        : `${session.quote(span)} is ${span.category} already`,
    );
    settle(span);
  }

  /** Tag what is selected, or change the tag that is worked on; false where there is neither. */
  function apply(category: string): boolean {
    const selected = text.current?.selected() ?? null;
    if (selected !== null) {
      add({ ...selected, category });
      return true;
    }
    if (active === null) return false;
    if (isSuggestion(session.state, active)) {
      add({ start: active.start, end: active.end, category });
      return true;
    }
    if (!session.state.spans.some((one) => same(one, active))) return false;
    session.retype(active, category);
    say(`${session.quote(active)} is ${category} now`);
    settle({ ...active, category });
    return true;
  }

  function label(): Span | undefined {
    const at = active ?? covering(session.state.spans, text.current?.caret() ?? -1);
    return session.state.spans.find((one) => at && same(one, at));
  }

  function remove(): void {
    const span = label();
    if (span === undefined) return;
    session.remove(span);
    say(`Removed ${span.category} from ${session.quote(span)}`);
    settle(null);
  }

  function accept(): void {
    const one = active && isSuggestion(session.state, active);
    if (!one) return;
    session.accept(one);
    say(`Accepted ${one.category}`);
    settle({ start: one.start, end: one.end, category: one.category });
  }

  function reject(): void {
    const one = active && isSuggestion(session.state, active);
    if (!one) return;
    session.reject(one);
    say(`Rejected ${one.category}`);
    settle(null);
  }

  /** Move a border of the tag by a character; false where there is no tag. */
  function nudge(key: string): boolean {
    const span = label();
    if (span === undefined) return false;
    const to = { start: span.start, end: span.end };
    if (key === "[") to.start = words.step(to.start, -1);
    if (key === "]") to.end = words.step(to.end, 1);
    if (key === "{") to.start = words.step(to.start, 1);
    if (key === "}") to.end = words.step(to.end, -1);
    const moved = session.resize(span, to);
    if (moved === null) {
      say("The border cannot be moved there");
    } else {
      setActive(moved);
      say(`${moved.category}: ${session.quote(moved)}`);
    }
    return true;
  }

  /** Undo or redo a step, with what it has changed in other documents. */
  async function go(back: boolean): Promise<void> {
    if (busy.current) return;
    const step = back ? session.undo() : session.redo();
    if (step === undefined) return;
    setActive(null);
    say(`${back ? "Undone" : "Done again"}: ${step.title}`);
    if (!step.elsewhere?.length) return;
    busy.current = true;
    try {
      await elsewhere(step, back);
    } catch (error) {
      if (back) session.redo();
      else session.undo();
      notices.failed(back ? "Could not be undone" : "Could not be done again", error);
    } finally {
      busy.current = false;
    }
  }

  async function elsewhere({ elsewhere: changes = [] }: Pick<Step, "elsewhere">, back: boolean) {
    const done = await changeLabels(project, back ? undone(changes) : changes);
    await queryClient.invalidateQueries(documentsQuery(project));
    return done;
  }

  async function tagAll(here: Span[], others: Elsewhere[], title: string): Promise<void> {
    let refused: { documentName: string; message: string }[] = [];
    if (others.length > 0) {
      await desk.keeper.saveNow();
      ({ refused } = await elsewhere({ elsewhere: others }, false));
    }
    session.addAll(here, title, others.length > 0 ? others : undefined);
    say(title);
    const body =
      refused.length === 0
        ? "One undo takes all of it back."
        : `${count(refused.length, "label")} had no place: ${refused[0]?.message}`;
    notices.done({ title, body });
  }

  return {
    active,
    menu,
    menuTarget,
    asked,
    occurrencesOf,
    spoken,
    say: useCallback((words: string) => say(words), []),
    visit,
    /** Show a tag in the text, with the focus where it is. */
    show: visit,
    activate: setActive,
    apply,
    remove,
    accept,
    reject,
    nudge,
    tagAll,
    select(stretch: Stretch) {
      if (brush !== null) {
        add({ ...stretch, category: brush });
      } else {
        setActive(null);
        setMenu(stretch);
      }
    },
    point(span: Span | null) {
      setActive(span);
      setMenu(span);
    },
    /** Open the menu for what is selected, or for the tag that is worked on. */
    enter() {
      setMenu(text.current?.selected() ?? active);
    },
    leave() {
      settle(null);
    },
    closeMenu() {
      setMenu(null);
      text.current?.focus();
    },
    replace() {
      if (asked !== null) add(asked.span, true);
    },
    keep() {
      setAsked(null);
      text.current?.focus();
    },
    acceptAll() {
      const number = session.acceptAll();
      say(`Accepted ${count(number, "suggestion")}`);
    },
    rejectAll() {
      const { suggestions } = session.state;
      session.reject(...suggestions);
      say(`Rejected ${count(suggestions.length, "suggestion")}`);
    },
    undo: () => void go(true),
    redo: () => void go(false),
    save: () => void desk.keeper.saveNow(name),
    askOccurrences() {
      const chosen = text.current?.selected() ?? active;
      setMenu(null);
      setOccurrencesOf(chosen === null ? "" : document.text.slice(chosen.start, chosen.end));
    },
    closeOccurrences() {
      setOccurrencesOf(null);
      text.current?.focus();
    },
  };
}
