/** The frame of every page: the bar at the top, and what is below it. */

import {
  Badge,
  Button,
  Menu,
  MenuDivider,
  MenuGroup,
  MenuGroupHeader,
  MenuItem,
  MenuItemRadio,
  MenuList,
  MenuPopover,
  MenuTrigger,
  makeStyles,
  Spinner,
  Tooltip,
  tokens,
} from "@fluentui/react-components";
import {
  BookOpenRegular,
  ChevronRightRegular,
  PersonCircleRegular,
  SignOutRegular,
} from "@fluentui/react-icons";
import { useQuery } from "@tanstack/react-query";
import { Link, Outlet, useNavigation, useParams } from "react-router";
import { meQuery } from "../api/queries.ts";
import { useLacking } from "../parts/Guarded.tsx";
import { signOut } from "./Door.tsx";
import { useLook } from "./Look.tsx";
import type { Choice } from "./theme.ts";
import { Wordmark } from "./Wordmark.tsx";

const useStyles = makeStyles({
  bar: {
    display: "flex",
    alignItems: "center",
    gap: tokens.spacingHorizontalS,
    height: "48px",
    flexShrink: 0,
    paddingLeft: tokens.spacingHorizontalL,
    paddingRight: tokens.spacingHorizontalM,
    borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
    backgroundColor: tokens.colorNeutralBackground1,
  },
  home: { textDecorationLine: "none", borderRadius: tokens.borderRadiusMedium },
  project: {
    minWidth: 0,
    overflow: "hidden",
    textOverflow: "ellipsis",
    whiteSpace: "nowrap",
    color: tokens.colorNeutralForeground2,
  },
  gap: { flexGrow: 1 },
  skip: {
    position: "absolute",
    left: "-999px",
    ":focus": {
      left: tokens.spacingHorizontalM,
      top: tokens.spacingVerticalS,
      zIndex: 10,
      padding: tokens.spacingHorizontalS,
      backgroundColor: tokens.colorNeutralBackground1,
    },
  },
  below: {
    flexGrow: 1,
    minHeight: 0,
    display: "flex",
    backgroundColor: tokens.colorNeutralBackground2,
  },
});

export function Shell() {
  const styles = useStyles();
  const { project } = useParams();
  return (
    <>
      <a className={styles.skip} href="#page">
        Skip to the page
      </a>
      <header className={styles.bar}>
        <Link to="/projects" className={styles.home} aria-label="Spanwright: all projects">
          <Wordmark />
        </Link>
        {project !== undefined && (
          <>
            <ChevronRightRegular aria-hidden />
            <span className={styles.project} title={project}>
              {project}
            </span>
          </>
        )}
        <span className={styles.gap} />
        <Waiting />
        <ReadOnly />
        <Button
          as="a"
          appearance="subtle"
          icon={<BookOpenRegular />}
          href="/docs"
          target="_blank"
          rel="noreferrer"
        >
          API
        </Button>
        <Account />
      </header>
      <div className={styles.below}>
        <Outlet />
      </div>
    </>
  );
}

/** Shows that a page is on its way, if that takes a while. */
function Waiting() {
  const { state } = useNavigation();
  return state === "idle" ? null : <Spinner size="tiny" aria-label="Loading the page" />;
}

/** Says once, for all pages, that who is signed in can only look. */
function ReadOnly() {
  const lacking = useLacking("author");
  if (lacking === undefined) return null;
  return (
    <Tooltip content={lacking} relationship="description" withArrow>
      <Badge appearance="tint" color="informative" size="large" tabIndex={0} role="note">
        Read only
      </Badge>
    </Tooltip>
  );
}

function Account() {
  const { choice, setChoice } = useLook();
  const { data: me } = useQuery(meQuery);
  return (
    <Menu
      checkedValues={{ look: [choice] }}
      onCheckedValueChange={(_, { checkedItems }) =>
        setChoice((checkedItems[0] ?? "system") as Choice)
      }
    >
      <MenuTrigger disableButtonEnhancement>
        <Button appearance="subtle" icon={<PersonCircleRegular />} aria-label="Account and look" />
      </MenuTrigger>
      <MenuPopover>
        <MenuList>
          <MenuGroup>
            <MenuGroupHeader>Look</MenuGroupHeader>
            <MenuItemRadio name="look" value="system">
              As the system
            </MenuItemRadio>
            <MenuItemRadio name="look" value="light">
              Light
            </MenuItemRadio>
            <MenuItemRadio name="look" value="dark">
              Dark
            </MenuItemRadio>
            <MenuItemRadio name="look" value="contrast">
              High contrast
            </MenuItemRadio>
          </MenuGroup>
          <MenuDivider />
          <MenuGroup>
            <MenuGroupHeader>Signed in as {me?.role ?? "…"}</MenuGroupHeader>
            {me?.signedInBy === "key" && (
              <MenuItem icon={<SignOutRegular />} onClick={signOut}>
                Sign out
              </MenuItem>
            )}
          </MenuGroup>
        </MenuList>
      </MenuPopover>
    </Menu>
  );
}
