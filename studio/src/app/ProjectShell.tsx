/** The frame of a project's pages: the menu at the left, in the order of the work. */

import { makeStyles, mergeClasses, Spinner, tokens } from "@fluentui/react-components";
import {
  BeakerFilled,
  BeakerRegular,
  bundleIcon,
  DataTrendingFilled,
  DataTrendingRegular,
  DocumentMultipleFilled,
  DocumentMultipleRegular,
  FolderProhibitedRegular,
  HatGraduationFilled,
  HatGraduationRegular,
  RocketFilled,
  RocketRegular,
  SettingsFilled,
  SettingsRegular,
  TagFilled,
  TagRegular,
  WrenchFilled,
  WrenchRegular,
} from "@fluentui/react-icons";
import { useQuery } from "@tanstack/react-query";
import { NavLink, Outlet, useParams } from "react-router";
import { ApiError } from "../api/client.ts";
import { projectQuery } from "../api/queries.ts";
import { ButtonLink } from "../parts/ButtonLink.tsx";
import { Empty } from "../parts/Empty.tsx";
import { Problem } from "../parts/Problem.tsx";
import { places } from "./places.ts";

const icons: Record<string, ReturnType<typeof bundleIcon>> = {
  tag: bundleIcon(TagFilled, TagRegular),
  train: bundleIcon(HatGraduationFilled, HatGraduationRegular),
  models: bundleIcon(DataTrendingFilled, DataTrendingRegular),
  improve: bundleIcon(WrenchFilled, WrenchRegular),
  deploy: bundleIcon(RocketFilled, RocketRegular),
  test: bundleIcon(BeakerFilled, BeakerRegular),
  extract: bundleIcon(DocumentMultipleFilled, DocumentMultipleRegular),
  settings: bundleIcon(SettingsFilled, SettingsRegular),
};

const NARROW = "@media (max-width: 900px)";

const useStyles = makeStyles({
  menu: {
    width: "216px",
    flexShrink: 0,
    overflowY: "auto",
    padding: tokens.spacingVerticalS,
    boxSizing: "border-box",
    borderRight: `1px solid ${tokens.colorNeutralStroke2}`,
    backgroundColor: tokens.colorNeutralBackground1,
    [NARROW]: { width: "52px" },
  },
  list: { listStyleType: "none", margin: 0, padding: 0 },
  item: {
    position: "relative",
    display: "flex",
    alignItems: "center",
    gap: tokens.spacingHorizontalM,
    height: "36px",
    padding: `0 ${tokens.spacingHorizontalS}`,
    marginBottom: "2px",
    borderRadius: tokens.borderRadiusMedium,
    color: tokens.colorNeutralForeground2,
    textDecorationLine: "none",
    fontSize: "20px",
    ":hover": { backgroundColor: tokens.colorNeutralBackground6 },
  },
  current: {
    color: tokens.colorNeutralForeground1,
    fontWeight: tokens.fontWeightSemibold,
    backgroundColor: tokens.colorNeutralBackground6,
    "::before": {
      content: '""',
      position: "absolute",
      left: 0,
      top: "9px",
      bottom: "9px",
      width: "3px",
      borderRadius: tokens.borderRadiusCircular,
      backgroundColor: tokens.colorCompoundBrandStroke,
    },
  },
  title: {
    fontSize: tokens.fontSizeBase300,
    whiteSpace: "nowrap",
    [NARROW]: { position: "absolute", clipPath: "inset(50%)" },
  },
  page: { flexGrow: 1, minWidth: 0, overflow: "auto", display: "flex", flexDirection: "column" },
  centre: { margin: "auto" },
});

export function ProjectShell() {
  const styles = useStyles();
  const { project = "" } = useParams();
  const found = useQuery(projectQuery(project));
  return (
    <>
      <nav className={styles.menu} aria-label="Project">
        <ul className={styles.list}>
          {places.map(({ path, title, about }) => {
            const Icon = icons[path];
            return (
              <li key={path}>
                <NavLink
                  to={path}
                  title={about}
                  className={({ isActive }) =>
                    mergeClasses(styles.item, isActive && styles.current)
                  }
                >
                  {({ isActive }) => (
                    <>
                      {Icon && <Icon filled={isActive} aria-hidden />}
                      <span className={styles.title}>{title}</span>
                    </>
                  )}
                </NavLink>
              </li>
            );
          })}
        </ul>
      </nav>
      <main className={styles.page} id="page" tabIndex={-1}>
        {found.data !== undefined && !isGone(found.error) ? (
          <Outlet />
        ) : found.isPending ? (
          <Spinner className={styles.centre} label="Opening the project" />
        ) : (
          <div className={styles.centre}>
            {isGone(found.error) ? (
              <Empty
                icon={<FolderProhibitedRegular />}
                title="There is no project of this name"
                action={<ButtonLink to="/projects">All projects</ButtonLink>}
              >
                “{project}” has been deleted, or its address is mistyped.
              </Empty>
            ) : (
              <Problem error={found.error} onRetry={() => void found.refetch()} />
            )}
          </div>
        )}
      </main>
    </>
  );
}

/** Whether the project was deleted since it was opened; while the service is away it stays open. */
function isGone(error: unknown): boolean {
  return error instanceof ApiError && error.status === 404;
}
