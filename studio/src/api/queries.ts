/** What pages read of the service, each under one key, so that a change knows what it outdates. */

import { QueryClient, queryOptions } from "@tanstack/react-query";
import { ApiError, projects, read, readAll } from "./client.ts";
import {
  type Container,
  type Deployment,
  type Document,
  type EntityType,
  type Extraction,
  ended,
  type Fault,
  type Language,
  type Limits,
  type Me,
  type Model,
  type Project,
  type StorageConnection,
  type TrainingJob,
} from "./types.ts";

/** Milliseconds between two looks at work that is under way. */
const POLL = 1_000;

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      // What is refused stays refused, and a service that answers has tried what it can itself.
      retry: (failures, error) => error instanceof ApiError && error.status === 0 && failures < 2,
      refetchOnWindowFocus: true,
      // A service on this computer is there without a network, whatever the browser says of that.
      networkMode: "always",
    },
    mutations: { retry: false, networkMode: "always" },
  },
});

export const meQuery = queryOptions({
  queryKey: ["me"],
  queryFn: ({ signal }) => read<Me>(projects("global", "me"), { signal }),
  staleTime: Number.POSITIVE_INFINITY,
});

export const limitsQuery = queryOptions({
  queryKey: ["limits"],
  queryFn: ({ signal }) => read<Limits>(projects("global", "limits"), { signal }),
  staleTime: Number.POSITIVE_INFINITY,
});

export const languagesQuery = queryOptions({
  queryKey: ["languages"],
  queryFn: ({ signal }) => readAll<Language>(projects("global", "languages"), { signal }),
  staleTime: Number.POSITIVE_INFINITY,
});

/** Whether the service reaches its storage: looked at anew each time that it is asked. */
export const storageQuery = queryOptions({
  queryKey: ["storage"],
  queryFn: ({ signal }) => read<StorageConnection>(projects("global", "storage"), { signal }),
});

export const containersQuery = queryOptions({
  queryKey: ["containers"],
  queryFn: ({ signal }) => readAll<Container>(projects("global", "containers"), { signal }),
});

export const projectsQuery = queryOptions({
  queryKey: ["projects"],
  queryFn: ({ signal }) => readAll<Project>(projects(), { signal }),
});

export const projectQuery = (project: string) =>
  queryOptions({
    queryKey: ["project", project],
    queryFn: ({ signal }) => read<Project>(projects(project), { signal }),
  });

export const entitiesQuery = (project: string) =>
  queryOptions({
    queryKey: ["project", project, "entities"],
    queryFn: async ({ signal }) =>
      (await read<{ entities: EntityType[] }>(projects(project, "entities"), { signal })).entities,
  });

export const documentsQuery = (project: string) =>
  queryOptions({
    queryKey: ["project", project, "documents"],
    queryFn: ({ signal }) =>
      readAll<Document>(projects(project, "documents"), {
        signal,
        query: { brief: true, maxpagesize: 20_000 },
      }),
  });

/** What is wrong with documents; the service reads every text for it, so it is not asked often. */
export const faultsQuery = (project: string) =>
  queryOptions({
    queryKey: ["project", project, "faults"],
    queryFn: ({ signal }) => readAll<Fault>(projects(project, "documents", ":faults"), { signal }),
    staleTime: 600_000,
    refetchOnWindowFocus: false,
  });

export const modelsQuery = (project: string) =>
  queryOptions({
    queryKey: ["project", project, "models"],
    queryFn: ({ signal }) => readAll<Model>(projects(project, "models"), { signal }),
  });

export const deploymentsQuery = (project: string) =>
  queryOptions({
    queryKey: ["project", project, "deployments"],
    queryFn: ({ signal }) => readAll<Deployment>(projects(project, "deployments"), { signal }),
  });

/** The trainings of a project, the newest first; asked for again while one is under way. */
export const trainingsQuery = (project: string) =>
  queryOptions({
    queryKey: ["project", project, "trainings"],
    queryFn: ({ signal }) => readAll<TrainingJob>(projects(project, "train", "jobs"), { signal }),
    refetchInterval: (query) =>
      query.state.data?.some((job) => !ended(job.status)) ? POLL : false,
  });

/** The extractions of a project's container, the newest first; asked for again as trainings are. */
export const extractionsQuery = (project: string) =>
  queryOptions({
    queryKey: ["project", project, "extractions"],
    queryFn: ({ signal }) => readAll<Extraction>(projects(project, "extractions"), { signal }),
    refetchInterval: (query) =>
      query.state.data?.some((job) => !ended(job.status)) ? POLL : false,
  });
