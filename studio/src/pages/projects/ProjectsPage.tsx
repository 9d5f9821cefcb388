import { makeStyles, SearchBox, Spinner, tokens } from "@fluentui/react-components";
import { AddRegular, ArrowImportRegular, BoxRegular, DeleteRegular } from "@fluentui/react-icons";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useSearchParams } from "react-router";
import { ApiError } from "../../api/client.ts";
import { projectsQuery } from "../../api/queries.ts";
import { DeleteProject } from "../../parts/DeleteProject.tsx";
import { GuardedButton } from "../../parts/Guarded.tsx";
import { Page } from "../../parts/Page.tsx";
import { Problem } from "../../parts/Problem.tsx";
import { count } from "../../parts/words.ts";
import { CreateProject } from "./CreateProject.tsx";
import { ImportBundle } from "./ImportBundle.tsx";
import { NoProjects } from "./NoProjects.tsx";
import { ProjectTable } from "./ProjectTable.tsx";
import { StorageState } from "./StorageState.tsx";

const useStyles = makeStyles({
  main: { flexGrow: 1, minWidth: 0, overflow: "auto", display: "flex", flexDirection: "column" },
  line: {
    display: "flex",
    alignItems: "center",
    gap: tokens.spacingHorizontalM,
    color: tokens.colorNeutralForeground3,
  },
  search: { width: "280px", maxWidth: "100%" },
  centre: { margin: "auto" },
});

/** All projects; `?create` and `?import` in the address make a new one. */
export function ProjectsPage() {
  const styles = useStyles();
  const [parameters] = useSearchParams();
  const creating = parameters.has("create") || parameters.has("import");
  return (
    <main className={styles.main} id="page" tabIndex={-1}>
      {creating ? <CreateProject importing={parameters.has("import")} /> : <Projects />}
    </main>
  );
}

function Projects() {
  const styles = useStyles();
  const [, setParameters] = useSearchParams();
  const { data: projects, error, refetch } = useQuery(projectsQuery);
  const [sought, setSought] = useState("");
  const [selected, setSelected] = useState<string>();
  const [deleting, setDeleting] = useState(false);
  const [bundle, setBundle] = useState(false);

  const wanted = sought.trim().toLowerCase();
  const found = (projects ?? []).filter((project) =>
    [project.projectName, project.description, project.storageInputContainerName].some((text) =>
      text.toLowerCase().includes(wanted),
    ),
  );
  const chosen = found.find(({ projectName }) => projectName === selected);

  const commands = (
    <>
      <GuardedButton
        needs="author"
        appearance="primary"
        icon={<AddRegular />}
        onClick={() => setParameters("create")}
      >
        Create new project
      </GuardedButton>
      <GuardedButton
        needs="author"
        icon={<ArrowImportRegular />}
        onClick={() => setParameters("import")}
      >
        Import project
      </GuardedButton>
      <GuardedButton needs="owner" icon={<BoxRegular />} onClick={() => setBundle(true)}>
        Import bundle
      </GuardedButton>
      <GuardedButton
        needs="owner"
        icon={<DeleteRegular />}
        disabled={chosen === undefined}
        onClick={() => setDeleting(true)}
      >
        Delete
      </GuardedButton>
    </>
  );
  return (
    <Page
      title="Projects"
      about="Each project finds one kind of thing in your documents: what you teach it to find."
      commands={commands}
    >
      {projects === undefined ? (
        error === null ? (
          <Spinner className={styles.centre} label="Reading the projects" />
        ) : isStorage(error) ? (
          <StorageState />
        ) : (
          <Problem error={error} onRetry={() => void refetch()} />
        )
      ) : projects.length === 0 ? (
        <NoProjects />
      ) : (
        <>
          <div className={styles.line}>
            <SearchBox
              className={styles.search}
              aria-label="Search projects"
              placeholder="Search"
              value={sought}
              onChange={(_, { value }) => setSought(value)}
            />
            <span role="status">
              {wanted === ""
                ? count(projects.length, "project")
                : `${found.length} of ${count(projects.length, "project")}`}
            </span>
          </div>
          <ProjectTable projects={found} selected={chosen?.projectName} onSelect={setSelected} />
        </>
      )}
      {bundle && (
        <ImportBundle
          taken={(projects ?? []).map(({ projectName }) => projectName)}
          onClose={() => setBundle(false)}
        />
      )}
      {deleting && chosen !== undefined && (
        <DeleteProject
          project={chosen.projectName}
          container={chosen.storageInputContainerName}
          onClose={() => setDeleting(false)}
        />
      )}
    </Page>
  );
}

/** Whether the service answers, but without its storage. */
function isStorage(error: unknown): boolean {
  return error instanceof ApiError && error.status === 503;
}
