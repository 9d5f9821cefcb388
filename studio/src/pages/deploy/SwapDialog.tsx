import { Field, makeStyles, Select, Text, tokens } from "@fluentui/react-components";
import { ArrowRightRegular } from "@fluentui/react-icons";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { projects } from "../../api/client.ts";
import { run } from "../../api/jobs.ts";
import type { Deployment } from "../../api/types.ts";
import { useNotices } from "../../app/Notices.tsx";
import { Confirm } from "../../parts/Confirm.tsx";

const useStyles = makeStyles({
  content: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalM },
  list: { margin: 0, paddingLeft: tokens.spacingHorizontalL },
  change: { display: "inline-flex", alignItems: "center", gap: tokens.spacingHorizontalXS },
});

export interface SwapDialogProps {
  project: string;
  first: Deployment;
  others: readonly Deployment[];
  onClose: () => void;
}

/** Lets two deployments change models: a new one goes into service, and can come back as easily. */
export function SwapDialog({ project, first, others, onClose }: SwapDialogProps) {
  const styles = useStyles();
  const client = useQueryClient();
  const notices = useNotices();
  const [name, setName] = useState(others[0]?.deploymentName ?? "");
  const second = others.find(({ deploymentName }) => deploymentName === name);

  async function swap() {
    const body = { firstDeploymentName: first.deploymentName, secondDeploymentName: name };
    await run("POST", projects(project, "deployments", ":swap"), { body });
    await client.invalidateQueries({ queryKey: ["project", project] });
    notices.done({ title: `“${first.deploymentName}” and “${name}” have changed models` });
  }

  return (
    <Confirm
      title={`Swap “${first.deploymentName}”`}
      action="Swap"
      onConfirm={swap}
      onClose={onClose}
    >
      <div className={styles.content}>
        <Text>
          Two deployments change models in one step. Programs go on calling the same names.
        </Text>
        <Field label="With the deployment">
          <Select value={name} onChange={(_, { value }) => setName(value)}>
            {others.map(({ deploymentName }) => (
              <option key={deploymentName}>{deploymentName}</option>
            ))}
          </Select>
        </Field>
        {second && (
          <ul className={styles.list}>
            <Change name={first.deploymentName} from={first.modelLabel} to={second.modelLabel} />
            <Change name={second.deploymentName} from={second.modelLabel} to={first.modelLabel} />
          </ul>
        )}
      </div>
    </Confirm>
  );
}

function Change({ name, from, to }: { name: string; from: string; to: string }) {
  const styles = useStyles();
  return (
    <li>
      <strong>{name}</strong>:{" "}
      <span className={styles.change}>
        {from} <ArrowRightRegular aria-label="becomes" /> {to}
      </span>
    </li>
  );
}
