import {
  Button,
  Combobox,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  Field,
  MessageBar,
  MessageBarBody,
  MessageBarTitle,
  makeStyles,
  Option,
  Text,
  tokens,
} from "@fluentui/react-components";
import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { projects } from "../../api/client.ts";
import { run } from "../../api/jobs.ts";
import type { Deployment } from "../../api/types.ts";
import { useNotices } from "../../app/Notices.tsx";
import { leave } from "../../parts/combobox.ts";
import { Problem } from "../../parts/Problem.tsx";
import { useAct } from "../../parts/useAct.ts";

const useStyles = makeStyles({
  content: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalM },
});

/** The names that the service takes. */
const NAME = /^[A-Za-z0-9_.-]{1,50}$/;

const USUAL = "production";

export interface DeployDialogProps {
  project: string;
  model: string;
  deployments: readonly Deployment[];
  onDone: (name: string) => void;
  onClose: () => void;
}

/** Asks under which name a model shall answer, and before another one is replaced. */
export function DeployDialog({ project, model, deployments, onDone, onClose }: DeployDialogProps) {
  const styles = useStyles();
  const client = useQueryClient();
  const notices = useNotices();
  const [name, setName] = useState(USUAL);

  const present = deployments.find(({ deploymentName }) => deploymentName === name);
  const valid = NAME.test(name);
  const names = new Set([USUAL, "staging", ...deployments.map((one) => one.deploymentName)]);

  const { busy, error, act } = useAct(async (event: FormEvent) => {
    event.preventDefault();
    const path = projects(project, "deployments", name);
    await run("PUT", path, { body: { trainedModelLabel: model } });
    await client.invalidateQueries({ queryKey: ["project", project] });
    notices.done({
      title: `“${name}” answers with “${model}”`,
      link: {
        text: "Test it",
        to: `/projects/${encodeURIComponent(project)}/test?deployment=${encodeURIComponent(name)}`,
      },
    });
    onDone(name);
    onClose();
  });

  return (
    <Dialog open onOpenChange={(_, { open }) => !open && !busy && onClose()}>
      <DialogSurface>
        <form onSubmit={(event) => void act(event)}>
          <DialogBody>
            <DialogTitle>Deploy “{model}”</DialogTitle>
            <DialogContent className={styles.content}>
              <Text>
                Programs ask for a model by the name of its deployment. A project can have up to
                ten, such as one to try things out and one that people rely on.
              </Text>
              <Field
                label="Deployment name"
                required
                {...(valid || name === ""
                  ? {}
                  : {
                      validationMessage:
                        "Use 1 to 50 of these: letters from A to Z, digits, “_”, “.” and “-”.",
                    })}
              >
                <Combobox
                  freeform
                  value={name}
                  onChange={(event) => setName(event.target.value)}
                  onOptionSelect={(_, { optionValue }) => optionValue && setName(optionValue)}
                  onBlur={leave}
                >
                  {[...names].map((one) => (
                    <Option key={one}>{one}</Option>
                  ))}
                </Combobox>
              </Field>
              {present && (
                <MessageBar intent="warning" layout="multiline">
                  <MessageBarBody>
                    <MessageBarTitle>Replace “{present.deploymentName}”?</MessageBarTitle>
                    {present.modelLabel === model
                      ? `It answers with “${model}” already, and will do so with what its last training has made.`
                      : `It answers with “${present.modelLabel}” now, and will with “${model}” from one moment to the next.`}{" "}
                    No request in between is refused, and those under way end with the model that
                    they began with.
                  </MessageBarBody>
                </MessageBar>
              )}
              {error !== undefined && <Problem error={error} title="The model was not deployed" />}
            </DialogContent>
            <DialogActions>
              <Button onClick={onClose} disabled={busy}>
                Cancel
              </Button>
              <Button type="submit" appearance="primary" disabled={!valid || busy}>
                {present ? "Replace" : "Deploy"}
              </Button>
            </DialogActions>
          </DialogBody>
        </form>
      </DialogSurface>
    </Dialog>
  );
}
