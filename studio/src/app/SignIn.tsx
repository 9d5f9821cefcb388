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
import { EyeOffRegular, EyeRegular } from "@fluentui/react-icons";
import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { ApiError, key, projects, read } from "../api/client.ts";
import { meQuery } from "../api/queries.ts";
import type { Me } from "../api/types.ts";
import { Wordmark } from "./Wordmark.tsx";

const WRONG =
  "The service does not know this key. Check that all of it was copied; small and capital letters count.";
const NO_MORE = "The key that this tab had is no longer accepted. Enter the present one.";

const useStyles = makeStyles({
  page: {
    flexGrow: 1,
    display: "flex",
    flexDirection: "column",
    alignItems: "center",
    justifyContent: "safe center",
    overflowY: "auto",
    gap: tokens.spacingVerticalXXL,
    padding: tokens.spacingHorizontalL,
    backgroundColor: tokens.colorNeutralBackground2,
  },
  card: {
    width: "min(420px, 100%)",
    padding: tokens.spacingHorizontalXXL,
    boxSizing: "border-box",
    flexShrink: 0,
  },
  form: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalL },
  quiet: { color: tokens.colorNeutralForeground3 },
});

/** `refused` says that the tab had a key, which the service did not take. */
export function SignIn({ refused }: { refused: boolean }) {
  const styles = useStyles();
  const client = useQueryClient();
  const field = useRef<HTMLInputElement>(null);
  const [value, setValue] = useState("");
  const [shown, setShown] = useState(false);
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState(refused ? NO_MORE : "");

  useEffect(() => {
    document.title = "Sign in – Spanwright";
  }, []);

  async function submit(event: FormEvent) {
    event.preventDefault();
    setBusy(true);
    setFault("");
    key.set(value.trim());
    try {
      const me = await read<Me>(projects("global", "me"));
      // What was read, or refused, without this key is not what it may see.
      client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== "me" });
      client.setQueryData(meQuery.queryKey, me);
    } catch (error) {
      key.clear();
      setFault(faultOf(error));
      setBusy(false);
      field.current?.select();
    }
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
            {...(fault === "" ? {} : { validationState: "error", validationMessage: fault })}
          >
            <Input
              input={{ ref: field }}
              type={shown ? "text" : "password"}
              autoComplete="off"
              spellCheck={false}
              autoFocus
              value={value}
              onChange={(_, data) => {
                setValue(data.value);
                setFault("");
              }}
              contentAfter={
                <Button
                  appearance="transparent"
                  size="small"
                  icon={shown ? <EyeOffRegular /> : <EyeRegular />}
                  aria-label={shown ? "Hide the key" : "Show the key"}
                  onClick={() => setShown(!shown)}
                />
              }
            />
          </Field>
          <Button type="submit" appearance="primary" disabled={value.trim() === "" || busy}>
            {busy ? "Signing in…" : "Sign in"}
          </Button>
        </form>
        <Text size={200} className={styles.quiet}>
          The key is forgotten when you close this tab. If your organisation signs in with Microsoft
          Entra ID,{" "}
          <Link inline href="/.auth/login/aad?post_login_redirect_uri=/studio/">
            sign in there
          </Link>
          .
        </Text>
      </Card>
    </main>
  );
}

function faultOf(error: unknown): string {
  if (error instanceof ApiError && error.status === 401) return WRONG;
  if (error instanceof ApiError && error.status === 0) {
    return "The service did not answer. Sign in once it does.";
  }
  return error instanceof Error ? error.message : String(error);
}
