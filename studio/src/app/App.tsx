import { Spinner } from "@fluentui/react-components";
import { QueryClientProvider } from "@tanstack/react-query";
import type { ComponentType } from "react";
import { createBrowserRouter, Navigate, type RouteObject, useParams } from "react-router";
import { RouterProvider } from "react-router/dom";
import { queryClient } from "../api/queries.ts";
import { Door } from "./Door.tsx";
import { LookProvider } from "./Look.tsx";
import { Mishap } from "./Mishap.tsx";
import { NotFound } from "./NotFound.tsx";
import { Notices } from "./Notices.tsx";
import { Offline } from "./Offline.tsx";
import { ProjectShell } from "./ProjectShell.tsx";
import { places } from "./places.ts";
import { Shell } from "./Shell.tsx";

/** Today's names of the hosted studio's pages lead to the same places. */
const ALIASES: RouteObject[] = places.flatMap(({ path, alias }) =>
  alias === undefined
    ? []
    : [{ path: alias, element: <Navigate to={`../${path}`} replace relative="path" /> }],
);

/** A page whose files come when it is first opened, or word that they did not. */
function page(load: () => Promise<ComponentType>) {
  return async () => ({ Component: await load().catch(() => Mishap) });
}

const CENTRE = { margin: "auto" };

const router = createBrowserRouter(
  [
    {
      element: <Shell />,
      errorElement: <Mishap />,
      hydrateFallbackElement: <Spinner size="large" label="Opening the studio" style={CENTRE} />,
      children: [
        { index: true, element: <Navigate to="/projects" replace /> },
        {
          path: "projects",
          lazy: page(async () => (await import("../pages/projects/ProjectsPage.tsx")).ProjectsPage),
        },
        {
          path: "projects/:project",
          element: <Keyed />,
          children: [
            { index: true, element: <Navigate to="tag" replace /> },
            {
              path: "tag/:document?",
              lazy: page(async () => (await import("../pages/tag/TagDataPage.tsx")).TagDataPage),
            },
            {
              path: "train",
              lazy: page(async () => (await import("../pages/train/TrainPage.tsx")).TrainPage),
            },
            {
              path: "models/:model?/:view?",
              lazy: page(async () => (await import("../pages/models/ModelsPage.tsx")).ModelsPage),
            },
            {
              path: "improve/:view?",
              lazy: page(
                async () => (await import("../pages/improve/ImprovePage.tsx")).ImprovePage,
              ),
            },
            {
              path: "deploy",
              lazy: page(async () => (await import("../pages/deploy/DeployPage.tsx")).DeployPage),
            },
            {
              path: "test",
              lazy: page(
                async () => (await import("../pages/test/TestModelPage.tsx")).TestModelPage,
              ),
            },
            {
              path: "extract",
              lazy: page(
                async () => (await import("../pages/extract/ExtractPage.tsx")).ExtractPage,
              ),
            },
            {
              path: "settings",
              lazy: page(
                async () => (await import("../pages/settings/SettingsPage.tsx")).SettingsPage,
              ),
            },
            ...ALIASES,
          ].map((route) => ({ errorElement: <Mishap />, ...route }) as RouteObject),
        },
        { path: "*", element: <NotFound /> },
      ],
    },
  ],
  { basename: "/studio" },
);

/** Nothing of one project's page is kept when another project is opened. */
function Keyed() {
  const { project } = useParams();
  return <ProjectShell key={project} />;
}

export function App() {
  return (
    <QueryClientProvider client={queryClient}>
      <LookProvider>
        <Notices>
          <Offline />
          <Door>
            <RouterProvider router={router} />
          </Door>
        </Notices>
      </LookProvider>
    </QueryClientProvider>
  );
}
