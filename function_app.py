"""The Azure Functions app: registers the blueprints, nothing else."""

from __future__ import annotations

import azure.functions as func

from functions import (
    analyze,
    analyze_worker,
    authoring_intermediate,
    authoring_preview,
    authoring_worker,
    bundles,
    containers,
    copy,
    deployments,
    documents,
    entities,
    exported_models,
    extraction_worker,
    extractions,
    health,
    instance,
    labeling,
    maintenance,
    models,
    openapi,
    projects,
    resources,
    studio,
    training_worker,
    uploads,
)

app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)

for module in (
    analyze,
    analyze_worker,
    authoring_intermediate,
    authoring_preview,
    authoring_worker,
    bundles,
    containers,
    copy,
    deployments,
    documents,
    entities,
    exported_models,
    extraction_worker,
    extractions,
    health,
    instance,
    labeling,
    maintenance,
    models,
    openapi,
    projects,
    resources,
    studio,
    training_worker,
    uploads,
):
    app.register_functions(module.blueprint)
