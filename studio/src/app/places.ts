/** The pages of a project, in the order of the work, under the names that users know. */

export interface Place {
  path: string;
  title: string;
  /** What the page is for; with today's name in the hosted studio, where that is another. */
  about: string;
  /** The address of today's name; nothing where the hosted studio has no such page. */
  alias?: string;
}

export const places: readonly Place[] = [
  {
    path: "tag",
    title: "Tag data",
    about: "Data labeling: mark the entities in your documents.",
    alias: "data-labeling",
  },
  {
    path: "train",
    title: "Train",
    about: "Training jobs: let a model learn from what is tagged.",
    alias: "training-jobs",
  },
  {
    path: "models",
    title: "View model details",
    about: "Model performance: how good each trained model is.",
    alias: "model-performance",
  },
  {
    path: "improve",
    title: "Improve model",
    about: "What the model got wrong, and where examples are missing.",
    alias: "improve-model",
  },
  {
    path: "deploy",
    title: "Deploy model",
    about: "Deploying a model: make it answer over the API.",
    alias: "deploying-a-model",
  },
  {
    path: "test",
    title: "Test model",
    about: "Testing deployments: try a model on a text.",
    alias: "testing-deployments",
  },
  {
    path: "extract",
    title: "Extract documents",
    about: "Let a model read every document of the container, as one job.",
  },
  {
    path: "settings",
    title: "Project settings",
    about: "What the project is, and its labels in and out.",
    alias: "project-settings",
  },
];
