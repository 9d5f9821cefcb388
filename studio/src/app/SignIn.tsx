import {
  Button,
  Card,
  Field,
  Input,
  Link,
  makeStyles,
  Text,
  Title2,
  tokens,
} from "@fluentui/react-components";
import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { key } from "../api/client.ts";
import { meQuery } from "../api/queries.ts";
import { Wordmark } from "./Wordmark.tsx";

const useStyles = makeStyles({
  page: {
    flexGrow: 1,
    display: "flex",
    flexDirection: "column",
    alignItems: "center",
    justifyContent: "center",
    gap: tokens.spacingVerticalXXL,
    padding: tokens.spacingHorizontalL,
    backgroundColor: tokens.colorNeutralBackground2,
  },
  card: {
    width: "min(420px, 100%)",
    padding: tokens.spacingHorizontalXXL,
    boxSizing: "border-box",
  },
  form: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalL },
  quiet: { color: tokens.colorNeutralForeground3 },
});

export function SignIn({ refused }: { refused: boolean }) {
  const styles = useStyles();
  const client = useQueryClient();
  const [value, setValue] = useState("");
  const [busy, setBusy] = useState(false);

  async function submit(event: FormEvent) {
    event.preventDefault();
    key.set(value.trim());
    setBusy(true);
    await client.resetQueries(meQuery);
    setBusy(false);
  }

  return (
    <main className={styles.page}>
      <Wordmark large />
      <Card className={styles.card}>
        <form className={styles.form} onSubmit={(event) => void submit(event)}>
          <Title2 as="h1">Sign in</Title2>
          <Field
            label="Key of this service"
            hint="It is the last line that “python3 dev.py up” prints. On Azure, ask who deployed the service."
            {...(refused && !busy
              ? {
                  validationState: "error",
                  validationMessage: "The service does not know this key.",
                }
              : {})}
          >
            <Input
              type="password"
              autoComplete="off"
              autoFocus
              value={value}
              onChange={(_, data) => setValue(data.value)}
            />
          </Field>
          <Button type="submit" appearance="primary" disabled={value.trim() === "" || busy}>
            Sign in
          </Button>
        </form>
        <Text size={200} className={styles.quiet}>
          The key is forgotten when you close this tab. If your organisation signs in with Microsoft
          Entra ID,{" "}
          <Link href="/.auth/login/aad?post_login_redirect_uri=/studio/">sign in there</Link>.
        </Text>
      </Card>
    </main>
  );
}
