import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  DialogTrigger,
  makeStyles,
  Subtitle2,
  tokens,
} from "@fluentui/react-components";
import { SHORTCUTS } from "../../tagging/keys.ts";

const useStyles = makeStyles({
  list: {
    display: "grid",
    gridTemplateColumns: "minmax(140px, 2fr) 3fr",
    gap: `${tokens.spacingVerticalXS} ${tokens.spacingHorizontalL}`,
    margin: `${tokens.spacingVerticalS} 0 ${tokens.spacingVerticalL}`,
  },
  keys: { fontFamily: tokens.fontFamilyMonospace, fontSize: tokens.fontSizeBase200 },
  does: { margin: 0 },
});

/** The sheet of all keys of the page. */
export function ShortcutsDialog({ onClose }: { onClose: () => void }) {
  const styles = useStyles();
  return (
    <Dialog open onOpenChange={(_, { open }) => !open && onClose()}>
      <DialogSurface>
        <DialogBody>
          <DialogTitle>Keyboard shortcuts</DialogTitle>
          <DialogContent>
            {SHORTCUTS.map(({ title, keys }) => (
              <section key={title}>
                <Subtitle2 as="h3">{title}</Subtitle2>
                <dl className={styles.list}>
                  {keys.map(([key, does]) => (
                    <Row key={key} name={key} does={does} />
                  ))}
                </dl>
              </section>
            ))}
          </DialogContent>
          <DialogActions>
            <DialogTrigger disableButtonEnhancement>
              <Button appearance="primary">Close</Button>
            </DialogTrigger>
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}

function Row({ name, does }: { name: string; does: string }) {
  const styles = useStyles();
  return (
    <>
      <dt className={styles.keys}>{name}</dt>
      <dd className={styles.does}>{does}</dd>
    </>
  );
}
