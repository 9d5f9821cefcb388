/** One open document: its text in the middle, its tags at the right, and all that is done to them. */

import {
  Button,
  MessageBar,
  MessageBarActions,
  MessageBarBody,
  MessageBarTitle,
  makeStyles,
  Spinner,
  Subtitle2,
  Tab,
  TabList,
  tokens,
} from "@fluentui/react-components";
import { AddRegular } from "@fluentui/react-icons";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useRef, useState } from "react";
import { readSuggestions } from "../../api/labelling.ts";
import type { Document, Model, Project } from "../../api/types.ts";
import { Confirm } from "../../parts/Confirm.tsx";
import { Problem } from "../../parts/Problem.tsx";
import { neighbour, type Span } from "../../tagging/spans.ts";
import { suggestionsOf } from "../../tagging/suggestions.ts";
import { ConflictDialog } from "./ConflictDialog.tsx";
import { Distribution } from "./Distribution.tsx";
import { DocumentFacts } from "./DocumentFacts.tsx";
import type { Desk, Opened } from "./desk.ts";
import { EntityList } from "./EntityList.tsx";
import { OccurrencesDialog } from "./OccurrencesDialog.tsx";
import { SaveTrouble } from "./SaveStatus.tsx";
import { ShortcutsDialog } from "./ShortcutsDialog.tsx";
import { SpanList } from "./SpanList.tsx";
import { SpanMenu } from "./SpanMenu.tsx";
import { isSuggestion, spanAt, type TextHandle, TextPane } from "./TextPane.tsx";
import { Toolbar } from "./Toolbar.tsx";
import type { Kind } from "./types.ts";
import { useActs } from "./useActs.ts";
import { useDocument, useSession, useStatus } from "./useDocument.ts";
import { useKeys } from "./useKeys.ts";

const useStyles = makeStyles({
  middle: {
    position: "relative",
    display: "flex",
    flexDirection: "column",
    minWidth: 0,
    minHeight: 0,
    flexGrow: 1,
  },
  wait: { margin: "auto" },
  right: {
    display: "flex",
    flexDirection: "column",
    gap: tokens.spacingVerticalS,
    minHeight: 0,
    width: "328px",
    flexShrink: 0,
    boxSizing: "border-box",
    padding: tokens.spacingHorizontalM,
    borderLeft: `1px solid ${tokens.colorNeutralStroke2}`,
  },
  pane: {
    display: "flex",
    flexDirection: "column",
    gap: tokens.spacingVerticalS,
    minHeight: 0,
    flexGrow: 1,
  },
  head: { display: "flex", alignItems: "center", justifyContent: "space-between" },
  add: { whiteSpace: "nowrap" },
  entities: { display: "flex", flexDirection: "column", minHeight: "76px", maxHeight: "50%" },
  tags: {
    display: "flex",
    flexDirection: "column",
    flexGrow: 1,
    minHeight: "84px",
    gap: tokens.spacingVerticalXS,
    borderTop: `1px solid ${tokens.colorNeutralStroke2}`,
    paddingTop: tokens.spacingVerticalS,
  },
  spoken: {
    position: "absolute",
    width: "1px",
    height: "1px",
    overflow: "hidden",
    clipPath: "inset(50%)",
    whiteSpace: "nowrap",
  },
});

export interface WorkbenchProps {
  desk: Desk;
  project: Project;
  name: string;
  kinds: readonly Kind[];
  documents: readonly Document[];
  models: readonly Model[];
  readOnly: boolean;
  brush: string | null;
  onBrush: (category: string | null) => void;
  model: string;
  onModel: (model: string) => void;
  /** Where to begin: an offset. */
  at: number | null;
  /** Open the next document, or the one before. */
  onStep: (direction: 1 | -1) => void;
  onAddEntities: () => void;
  /** Read the list of documents and the entity types again. */
  onOutdated: () => Promise<unknown>;
}

export function Workbench(props: WorkbenchProps) {
  const styles = useStyles();
  const loading = useDocument(props.desk, props.name);
  if (loading.phase === "opening") {
    return <Spinner className={styles.wait} label="Opening the document" />;
  }
  if (loading.phase === "failed") {
    return (
      <div className={styles.wait}>
        <Problem error={loading.error} title={props.name} onRetry={loading.retry} />
      </div>
    );
  }
  return <Bench {...props} {...loading} />;
}

function Bench(props: WorkbenchProps & Opened & { reload: () => void }) {
  const { desk, project, name, kinds, documents, models, readOnly, brush, model, at } = props;
  const { document, session, recovered, reload } = props;
  const styles = useStyles();
  const state = useSession(props);
  const status = useStatus(desk, name);
  const text = useRef<TextHandle>(null);
  const [pivot, setPivot] = useState<"labels" | "distribution">("labels");
  const [sheet, setSheet] = useState(false);
  const [changedText, setChangedText] = useState(document.changed);
  const byName = useMemo(() => new Map(kinds.map((one) => [one.category, one])), [kinds]);
  const acts = useActs({ desk, project: project.projectName, document, session, brush, text });
  const { active, menu, asked, occurrencesOf, spoken } = acts;

  const suggested = useQuery({
    queryKey: ["project", project.projectName, "suggestions", name, document.textDigest, model],
    queryFn: ({ signal }) => readSuggestions(project.projectName, name, model, signal),
    enabled: model !== "",
    staleTime: 60_000,
  });
  useEffect(() => {
    session.suggest(model === "" ? [] : suggestionsOf(suggested.data ?? []));
  }, [session, model, suggested.data]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: only where one arrives
  useEffect(() => {
    if (at === null) return;
    text.current?.go(Math.min(at, document.text.length));
    acts.activate(spanAt(session.state, at));
    text.current?.focus();
  }, [at, session]);

  useEffect(() => {
    if (recovered === "restored") acts.say("Changes that had not been saved were restored.");
  }, [recovered, acts.say]);

  const walk = (direction: 1 | -1) => {
    const all = [...state.spans, ...state.suggestions].sort((a, b) => a.start - b.start);
    const from = active?.start ?? text.current?.caret() ?? 0;
    const next = neighbour(all, from, direction);
    if (next !== undefined) acts.visit(next);
  };

  useKeys({
    kinds,
    readOnly,
    acts,
    hasSuggestion: active !== null && isSuggestion(state, active) !== undefined,
    onWalk: walk,
    onStep: props.onStep,
    onSheet: () => setSheet(true),
    onEscape: () => {
      props.onBrush(null);
      acts.leave();
    },
    onPick: (category) => {
      if (!acts.apply(category)) props.onBrush(brush === category ? null : category);
    },
  });

  const menuSpan = menu !== null && "category" in menu ? (menu as Span) : null;
  const menuSuggestion = menuSpan && isSuggestion(state, menuSpan);

  return (
    <>
      <section className={styles.middle} aria-label="Document">
        <Toolbar
          name={name}
          state={state}
          status={status}
          models={models}
          model={model}
          suggesting={suggested.isFetching}
          readOnly={readOnly}
          onUndo={acts.undo}
          onRedo={acts.redo}
          onModel={props.onModel}
          onAcceptAll={acts.acceptAll}
          onRejectAll={acts.rejectAll}
          onOccurrences={acts.askOccurrences}
          onShortcuts={() => setSheet(true)}
          onSave={acts.save}
        />
        {suggested.error && <Problem error={suggested.error} title="No suggestions" />}
        {changedText && (
          <MessageBar intent="warning" layout="multiline">
            <MessageBarBody>
              <MessageBarTitle>The text has changed since it was tagged</MessageBarTitle>
              Some tags may stand in the wrong place, and some may be gone. Look them through before
              you save them for the new text.
            </MessageBarBody>
            <MessageBarActions>
              <Button
                disabled={readOnly}
                onClick={() => {
                  void desk.keeper.confirm(name);
                  setChangedText(false);
                }}
              >
                Save for the new text
              </Button>
            </MessageBarActions>
          </MessageBar>
        )}
        <TextPane
          key={document.textDigest}
          handle={text}
          name={name}
          text={document.text}
          language={state.language ?? project.language}
          state={state}
          kinds={byName}
          active={active}
          pending={menu !== null && menuSpan === null ? menu : null}
          onSelect={acts.select}
          onPoint={acts.point}
          onMove={(offset) => acts.activate(spanAt(state, offset))}
          onEnter={acts.enter}
        />
        <SaveTrouble status={status} onSave={acts.save} />
      </section>
      <aside className={styles.right} aria-label="Tags">
        <div className={styles.head}>
          <TabList
            size="small"
            selectedValue={pivot}
            onTabSelect={(_, { value }) => setPivot(value as typeof pivot)}
          >
            <Tab value="labels">Labels</Tab>
            <Tab value="distribution">Distribution</Tab>
          </TabList>
          <Button
            className={styles.add}
            size="small"
            appearance="primary"
            icon={<AddRegular />}
            disabled={readOnly}
            onClick={props.onAddEntities}
          >
            Add entities
          </Button>
        </div>
        {pivot === "labels" ? (
          <div className={styles.pane} role="tabpanel" aria-label="Labels">
            <div className={styles.entities}>
              <EntityList
                project={project.projectName}
                kinds={kinds}
                documents={documents}
                spans={state.spans}
                brush={brush}
                readOnly={readOnly}
                onBrush={props.onBrush}
                onApply={(category) => {
                  if (!acts.apply(category)) props.onBrush(category);
                }}
                before={() => desk.keeper.saveNow()}
                after={async () => {
                  await props.onOutdated();
                  reload();
                }}
              />
            </div>
            <div className={styles.tags}>
              <Subtitle2 as="h3">This document</Subtitle2>
              <DocumentFacts
                project={project}
                state={state}
                converted={document.converted}
                readOnly={readOnly}
                onDataset={(dataset) => session.setDataset(dataset)}
                onLanguage={(language) => session.setLanguage(language)}
              />
              <SpanList
                text={document.text}
                spans={state.spans}
                suggestions={state.suggestions}
                kinds={byName}
                active={active}
                onChoose={acts.show}
                onEnter={acts.enter}
              />
            </div>
          </div>
        ) : (
          <div className={styles.pane} role="tabpanel" aria-label="Distribution">
            <Distribution kinds={kinds} documents={documents} />
          </div>
        )}
      </aside>
      <div className={styles.spoken} role="status" aria-live="polite" data-testid="spoken">
        {spoken}
      </div>
      {menu !== null && !readOnly && (
        <SpanMenu
          target={acts.menuTarget}
          kinds={kinds}
          category={menuSuggestion ? undefined : menuSpan?.category}
          onPick={acts.apply}
          onOccurrences={acts.askOccurrences}
          onRemove={menuSpan && !menuSuggestion ? acts.remove : undefined}
          onAccept={menuSuggestion ? acts.accept : undefined}
          onReject={menuSuggestion ? acts.reject : undefined}
          onClose={acts.closeMenu}
        />
      )}
      {asked !== null && (
        <Confirm
          title="This overlaps another tag"
          action="Replace"
          onConfirm={acts.replace}
          onClose={acts.keep}
        >
          {asked.others.map((one) => `${session.quote(one)} is ${one.category}`).join("; ")}. Tags
          cannot overlap. Replace {asked.others.length === 1 ? "it" : "them"} by{" "}
          {session.quote(asked.span)} as {asked.span.category}?
        </Confirm>
      )}
      {occurrencesOf !== null && kinds.length > 0 && (
        <OccurrencesDialog
          project={project.projectName}
          documentName={name}
          textDigest={document.textDigest}
          text={document.text}
          spans={state.spans}
          kinds={kinds}
          wanted={occurrencesOf}
          category={active?.category ?? brush ?? kinds[0]?.category ?? ""}
          onApply={acts.tagAll}
          onClose={acts.closeOccurrences}
        />
      )}
      {status.conflict && (
        <ConflictDialog
          name={name}
          text={document.text}
          conflict={status.conflict}
          onResolve={(content) => {
            const other = status.conflict?.otherText;
            desk.keeper.resolve(name, content);
            if (other) reload();
            else session.replace(content);
          }}
        />
      )}
      {sheet && <ShortcutsDialog onClose={() => setSheet(false)} />}
    </>
  );
}
