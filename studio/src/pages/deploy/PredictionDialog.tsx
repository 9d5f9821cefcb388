import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  makeStyles,
  Switch,
  Tab,
  TabList,
  Text,
  tokens,
} from "@fluentui/react-components";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { key } from "../../api/client.ts";
import { projectQuery } from "../../api/queries.ts";
import { Copy } from "../../parts/Copy.tsx";
import {
  DOCUMENT,
  NO_KEY,
  OPERATION,
  type Pivot,
  RESULT,
  snippet,
  type Tongue,
  tongues,
} from "./snippets.ts";

const useStyles = makeStyles({
  surface: { maxWidth: "min(880px, 100vw)" },
  content: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalM },
  bar: { display: "flex", flexWrap: "wrap", alignItems: "center", gap: tokens.spacingHorizontalM },
  gap: { flexGrow: 1 },
  code: {
    margin: 0,
    padding: tokens.spacingHorizontalM,
    maxHeight: "min(46vh, 420px)",
    overflow: "auto",
    fontFamily: tokens.fontFamilyMonospace,
    fontSize: tokens.fontSizeBase200,
    lineHeight: tokens.lineHeightBase300,
    whiteSpace: "pre",
    tabSize: 4,
    color: tokens.colorNeutralForeground1,
    backgroundColor: tokens.colorNeutralBackground3,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    borderRadius: tokens.borderRadiusMedium,
  },
  inline: { fontFamily: tokens.fontFamilyMonospace, overflowWrap: "anywhere" },
  steps: { margin: 0, paddingLeft: tokens.spacingHorizontalXL },
});

/** Stands for the key on the screen; what is copied has the key itself. */
const MASK = "•".repeat(12);

export interface PredictionDialogProps {
  project: string;
  deployment: string;
  onClose: () => void;
}

/** Shows how a deployment is called: one request to submit a text, one to retrieve the result. */
export function PredictionDialog({ project, deployment, onClose }: PredictionDialogProps) {
  const styles = useStyles();
  const { data: settings } = useQuery(projectQuery(project));
  const [pivot, setPivot] = useState<Pivot>("Submit");
  const [tongue, setTongue] = useState<Tongue>("curl");
  const [shown, setShown] = useState(false);

  const known = key.get();
  const language = settings?.language ?? "";
  const written = (secret: string) =>
    snippet(pivot, tongue, {
      endpoint: location.origin,
      key: secret,
      project,
      deployment,
      language,
    });

  return (
    <Dialog open onOpenChange={(_, { open }) => !open && onClose()}>
      <DialogSurface className={styles.surface}>
        <DialogBody>
          <DialogTitle>Prediction URL of “{deployment}”</DialogTitle>
          <DialogContent className={styles.content}>
            <TabList
              selectedValue={pivot}
              onTabSelect={(_, { value }) => setPivot(value as Pivot)}
              aria-label="Request"
            >
              <Tab value="Submit">Submit</Tab>
              <Tab value="Retrieve">Retrieve</Tab>
            </TabList>
            {pivot === "Submit" ? <ToSubmit tongue={tongue} /> : <ToRetrieve />}
            <div className={styles.bar}>
              <TabList
                size="small"
                appearance="subtle"
                selectedValue={tongue}
                onTabSelect={(_, { value }) => setTongue(value as Tongue)}
                aria-label="Language"
              >
                {tongues.map((one) => (
                  <Tab key={one} value={one}>
                    {one}
                  </Tab>
                ))}
              </TabList>
              <span className={styles.gap} />
              {known !== null && (
                <Switch
                  label="Show key"
                  checked={shown}
                  onChange={(_, { checked }) => setShown(checked)}
                />
              )}
              <Copy key={`${pivot} ${tongue}`} text={written(known ?? NO_KEY)} />
            </div>
            {/* A region that scrolls must be reached by keys. */}
            <section
              className={styles.code}
              aria-label={`${pivot} by ${tongue}`}
              // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls
              tabIndex={0}
            >
              {written(known === null ? NO_KEY : shown ? known : MASK)}
            </section>
            {known === null && (
              <Text>
                Replace <code className={styles.inline}>{NO_KEY}</code> with a key of the service:
                you are signed in without one.
              </Text>
            )}
          </DialogContent>
          <DialogActions>
            <Button onClick={onClose}>Close</Button>
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}

function ToSubmit({ tongue }: { tongue: Tongue }) {
  const styles = useStyles();
  return (
    <ol className={styles.steps}>
      <li>
        {tongue === "curl"
          ? "Copy the sample request into your command line (bash or zsh)."
          : `Copy the program into a file, and install the official client for ${tongue}.`}
      </li>
      <li>
        Replace <code className={styles.inline}>{DOCUMENT}</code> with the text from which entities
        shall be extracted, as it is: quotes and line breaks do no harm.
      </li>
      <li>
        {tongue === "curl" ? (
          <>
            Submit it, and find the <code className={styles.inline}>{OPERATION}</code> in the header{" "}
            <code className={styles.inline}>operation-location</code> of the answer.
          </>
        ) : (
          "Run it: it waits for the entities and prints them."
        )}
      </li>
    </ol>
  );
}

function ToRetrieve() {
  const styles = useStyles();
  return (
    <ol className={styles.steps}>
      <li>
        The header <code className={styles.inline}>operation-location</code> reads{" "}
        <code className={styles.inline}>{`{YOUR-ENDPOINT}${RESULT}`}</code>.
      </li>
      <li>
        Copy the request, and replace <code className={styles.inline}>{OPERATION}</code> with yours.
      </li>
      <li>Submit it. Results are kept for 24 hours, unless the service is set otherwise.</li>
    </ol>
  );
}
