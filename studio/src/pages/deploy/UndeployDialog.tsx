import { Text } from "@fluentui/react-components";
import { useQueryClient } from "@tanstack/react-query";
import { projects } from "../../api/client.ts";
import { run } from "../../api/jobs.ts";
import type { Deployment } from "../../api/types.ts";
import { useNotices } from "../../app/Notices.tsx";
import { Confirm } from "../../parts/Confirm.tsx";

export interface UndeployDialogProps {
  project: string;
  deployment: Deployment;
  onClose: () => void;
}

/** Asks before a deployment stops to answer, and says what its callers will be told. */
export function UndeployDialog({ project, deployment, onClose }: UndeployDialogProps) {
  const client = useQueryClient();
  const notices = useNotices();
  const name = deployment.deploymentName;

  async function undeploy() {
    await run("DELETE", projects(project, "deployments", name));
    await client.invalidateQueries({ queryKey: ["project", project] });
    notices.done({ title: `“${name}” has been undeployed` });
  }

  return (
    <Confirm title={`Undeploy “${name}”?`} action="Undeploy" onConfirm={undeploy} onClose={onClose}>
      <Text>
        From then on, programs that call it are answered 404: “The project has no deployment of this
        name.” The model “{deployment.modelLabel}” stays, and can be deployed again.
      </Text>
    </Confirm>
  );
}
