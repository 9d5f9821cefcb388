"""The limits, each with its source.

"Hosted" is the hosted custom entity extraction service, whose published service limits these
follow unless the comment says otherwise.
"""

from __future__ import annotations

import re

#: Projects in one instance. Hosted: 500 a resource.
PROJECTS = 500

#: Trained models in one project. Hosted: 10.
MODELS_PER_PROJECT = 10

#: Deployments in one project. Hosted: 10.
DEPLOYMENTS_PER_PROJECT = 10

#: Names of projects, models and deployments. Hosted: letters, digits, `_`, `.`, `-`, at most 50.
NAME = re.compile(r"[A-Za-z0-9_.\-]{1,50}\Z")

#: Names of entity types. Hosted: at most 50 characters, none of these signs.
ENTITY_NAME_LENGTH = 50
ENTITY_NAME_FORBIDDEN = frozenset(":$&%*()+~#/?")

#: Entity types in one project. Hosted: 200.
ENTITIES_PER_PROJECT = 200

#: Characters (code points) of one tagged entity. Hosted: 1 to 500.
ENTITY_LENGTH = 500

#: Documents in one project. Hosted: 100,000.
DOCUMENTS_PER_PROJECT = 100_000

#: Tagged documents that a training needs. Hosted quickstart: "at least 10 files".
TAGGED_DOCUMENTS_TO_TRAIN = 10

#: Untagged documents that a training reads to learn what words are alike, and their characters.
#: Ours: more of them teach little more.
UNTAGGED_DOCUMENTS_TO_READ = 1_000
UNTAGGED_CHARACTERS_TO_READ = 2_000_000

#: Characters of one document of a project, in code points. Hosted: 128,000.
PROJECT_DOCUMENT_LENGTH = 128_000

#: Characters of one document of an extraction job, in the units of its stringIndexType.
#: Hosted: 125,000.
JOB_DOCUMENT_LENGTH = 125_000

#: Documents of one extraction job. Hosted: 25; here more by default, as each 25 are one task.
DOCUMENTS_PER_JOB = 1_000

#: Characters of one extraction job, all documents together. Hosted: 125,000; here as many as
#: `DOCUMENTS_PER_JOB` documents of 5,000 characters.
CHARACTERS_PER_JOB = 5_000_000

#: Documents of one task of an extraction job, which is one queue message.
DOCUMENTS_PER_TASK = 25

#: Characters (code points) up to which a job of one task runs inside its own request.
CHARACTERS_AT_ONCE = 20_000

#: Characters of the id of a document in a job. Hosted: 512 in its request model.
DOCUMENT_ID_LENGTH = 512

#: Bytes of a request body. The Functions host's own default is 100 MB.
BODY_BYTES = 64 * 2**20

#: Hours for which an extraction job's input and result are kept. Hosted: 24.
JOB_HOURS = 24

#: Days for which an authoring job is kept. Hosted: 7.
OPERATION_DAYS = 7

#: Tries of one piece of work before it fails, counted in its row. The Functions host's default
#: `maxDequeueCount` is 5 too.
TRIES = 5

#: Extraction tasks in one job. Hosted: none stated; enough for every kind of use of one model.
TASKS_PER_JOB = 25

#: Characters of descriptions and display names. Ours: enough to say it, and fits a row.
DESCRIPTION_LENGTH = 1_000

#: Documents up to which an import of labels runs inside its own request.
IMPORT_AT_ONCE = 200

#: Seconds after its expiry at which a job is removed. Clocks of instances differ by minutes at
#: most, and an expired job is not served meanwhile.
PURGE_DELAY_SECONDS = 900

#: Hours for which the files of a model that nothing refers to any more are kept: a job that
#: pinned it at its submission may still run.
ORPHANED_MODEL_HOURS = 48
