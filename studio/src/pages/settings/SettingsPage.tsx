import { makeStyles, Spinner, tokens } from "@fluentui/react-components";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useNavigate, useParams } from "react-router";
import { projectQuery } from "../../api/queries.ts";
import { DeleteProject } from "../../parts/DeleteProject.tsx";
import { GuardedButton } from "../../parts/Guarded.tsx";
import { Page } from "../../parts/Page.tsx";
import { Details } from "./Details.tsx";
import { Facts } from "./Facts.tsx";
import { LabelsIn } from "./LabelsIn.tsx";
import { LabelsOut } from "./LabelsOut.tsx";
import { ProjectOut } from "./ProjectOut.tsx";
import { Section } from "./Section.tsx";

const useStyles = makeStyles({
  centre: { margin: "auto" },
  left: { alignSelf: "start", color: tokens.colorPaletteRedForeground3 },
});

export function SettingsPage() {
  const styles = useStyles();
  const navigate = useNavigate();
  const { project: name = "" } = useParams();
  const { data: project } = useQuery(projectQuery(name));
  const [deleting, setDeleting] = useState(false);
  if (project === undefined) return <Spinner className={styles.centre} />;
  return (
    <Page title="Project settings" about="What the project is, and its labels in and out." narrow>
      <Facts project={project} />
      <Details key={name} project={project} />
      <LabelsIn project={name} />
      <LabelsOut project={name} />
      <ProjectOut project={name} />
      <Section
        title="Delete project"
        about="Its labels, models and deployments go for good. Your documents stay in their container."
      >
        <GuardedButton needs="owner" className={styles.left} onClick={() => setDeleting(true)}>
          Delete this project
        </GuardedButton>
      </Section>
      {deleting && (
        <DeleteProject
          project={name}
          container={project.storageInputContainerName}
          onDeleted={() => navigate("/projects")}
          onClose={() => setDeleting(false)}
        />
      )}
    </Page>
  );
}
