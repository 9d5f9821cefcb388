"""The limits, each with its source.

"Hosted" is the hosted custom entity extraction service, whose published service limits these
follow unless the comment says otherwise. The constants that `Limits` has as fields are defaults:
who owns the service can set them (`SPANWRIGHT_LIMIT_<FIELD>`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

#: Projects in one instance. Hosted: 500 a resource.
PROJECTS = 500

#: Trained models in one project. Hosted: 10.
MODELS_PER_PROJECT = 10

#: Deployments in one project. Hosted: 10.
DEPLOYMENTS_PER_PROJECT = 10

#: Exported models in one project. Ours: as many as there are models.
EXPORTED_MODELS_PER_PROJECT = 10

#: Names of projects, models and deployments. Hosted: letters, digits, `_`, `.`, `-`, at most 50.
NAME = re.compile(r"[A-Za-z0-9_.\-]{1,50}\Z")

#: Names of entity types. Hosted: at most 50 characters, none of these signs.
ENTITY_NAME_LENGTH = 50
ENTITY_NAME_FORBIDDEN = frozenset(":$&%*()+~#/?")

#: Entity types in one project. Hosted: 200.
ENTITIES_PER_PROJECT = 200

#: Characters (code points) of one tagged entity. Hosted: 1 to 500, in units that it does not tell.
ENTITY_LENGTH = 500

#: Documents in one project. Hosted: 100,000.
DOCUMENTS_PER_PROJECT = 100_000

#: Tagged documents that a training needs. Hosted quickstart: "at least 10 files".
TAGGED_DOCUMENTS_TO_TRAIN = 10

#: Untagged documents that a training reads to learn what words are alike, and their characters.
#: Ours: more of them teach little more.
UNTAGGED_DOCUMENTS_TO_READ = 1_000
UNTAGGED_CHARACTERS_TO_READ = 2_000_000

#: Characters (code points) of one document of a project. Hosted: 128,000, in units that it does
#: not tell.
PROJECT_DOCUMENT_LENGTH = 128_000

#: Characters (text elements) of one document of an extraction job. Hosted: 125,000, "as measured
#: by StringInfo.LengthInTextElements", whatever the units of the answer are.
JOB_DOCUMENT_LENGTH = 125_000

#: Documents of one extraction job. Hosted: 25.
DOCUMENTS_PER_JOB = 25

#: Characters (text elements) of one extraction job, all documents together. Hosted: 125,000.
CHARACTERS_PER_JOB = 125_000

#: Documents of one task of an extraction job, which is one queue message.
DOCUMENTS_PER_TASK = 25

#: Documents of a container that one job extracts. Hosted: it has no such job. Ours: as many as a
#: project can have.
DOCUMENTS_PER_CONTAINER_JOB = 100_000

#: Names that a listing of a container gives at once, and writes down as one section. Ours: the
#: section with the rows of its pieces fits into one transaction, and 100,000 names are 100 of them.
NAMES_PER_SECTION = 1_000

#: Characters (code points) of documents that are in memory together while a piece of a container's
#: job is run, unless one document alone has more. Ours: enough that the engine reads them at speed.
CHARACTERS_IN_MEMORY = 500_000

#: Bytes of results of a container's job in one answer, unless those of one piece alone have more.
RESULT_BYTES = 4 * 2**20

#: Characters (code points) up to which a job of one task runs inside its own request.
CHARACTERS_AT_ONCE = 20_000

#: Characters of the id of a document in a job. Hosted: 512 in its request model.
DOCUMENT_ID_LENGTH = 512

#: Characters of the name of a document that is made through the API. Ours: far fewer than a blob's
#: 1,024, so that names fit into file systems too.
DOCUMENT_NAME_LENGTH = 200

#: Documents whose texts are read for one answer, where a caller does not say. Ours.
DOCUMENTS_READ = 500

#: Characters of what is looked for in documents, and occurrences of it that are told. Ours.
SOUGHT_LENGTH = 500
OCCURRENCES = 1_000

#: Documents and labels of one change of many labels. Ours: what is done within a request.
DOCUMENTS_PER_CHANGE = 1_000
LABELS_PER_CHANGE = 10_000

#: Documents of a container that are counted for a list of containers. Ours.
DOCUMENTS_COUNTED = 1_000

#: Bytes of a request body. The Functions host's own default is 100 MB.
BODY_BYTES = 64 * 2**20

#: Bytes of a file that is put into a project's container, to be read by this service. Ours.
UPLOAD_BYTES = 32 * 2**20

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

#: Documents up to which an import of labels, their export or their way back to those of a snapshot
#: runs inside its own request.
IMPORT_AT_ONCE = 200

#: Seconds after its expiry at which a job is removed. Clocks of instances differ by minutes at
#: most, and an expired job is not served meanwhile.
PURGE_DELAY_SECONDS = 900

#: Hours for which the files of a model that nothing refers to any more are kept: a job that
#: pinned it at its submission may still run.
ORPHANED_MODEL_HOURS = 48

#: Hours for which the token of a copy can be used. Hosted: none stated. Ours: who asks for one and
#: who uses it may be two people, on one day.
COPY_HOURS = 24

#: Bytes of each part of a copy but the last, and how many parts there can be. Ours: far below
#: `BODY_BYTES`, and together room for 100,000 documents of the greatest length.
COPY_PART_BYTES = 4 * 2**20
COPY_PARTS = 100_000

#: Bytes of each part of an exported bundle but the last. Ours: two of them are held in memory, and
#: each can be sent back in one request.
BUNDLE_PART_BYTES = 16 * 2**20

#: Bytes of one file in a copy, which is held in memory, and of one line that announces files or
#: has the labels of a document. Ours: several times the largest that were seen.
COPY_FILE_BYTES = 2**30
COPY_LINE_BYTES = 32 * 2**20

#: Requests a minute, where rate limits are on. Hosted: 100 GET and 10 others of authoring (the
#: 2021 authoring API has the same), 1,000 of prediction, 100 in the resource rule of the 2021
#: extraction API. A resource there is a caller here.
AUTHORING_READS_A_MINUTE = 100
AUTHORING_CHANGES_A_MINUTE = 10
EXTRACTION_REQUESTS_A_MINUTE = 1_000
EXTRACTION_REQUESTS_2021_A_MINUTE = 100


def _limit(default: int, about: str, *, least: int = 1, most: int = 1_000_000_000) -> int:
    """Declare a limit that can be set: from `least` to `most`, with what it bounds."""
    return field(default=default, metadata={"about": about, "least": least, "most": most})


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """The limits that who owns the service can set; each default is the constant of its name."""

    projects: int = _limit(PROJECTS, "projects in one instance")
    models_per_project: int = _limit(MODELS_PER_PROJECT, "trained models in one project")
    deployments_per_project: int = _limit(DEPLOYMENTS_PER_PROJECT, "deployments in one project")
    entities_per_project: int = _limit(ENTITIES_PER_PROJECT, "entity types in one project")
    entity_length: int = _limit(ENTITY_LENGTH, "characters of one tagged entity")
    documents_per_project: int = _limit(DOCUMENTS_PER_PROJECT, "documents in one project")
    #: As bytes of UTF-8 it must fit into one request.
    project_document_length: int = _limit(
        PROJECT_DOCUMENT_LENGTH, "characters of one document of a project", most=BODY_BYTES // 4
    )
    #: The engine can learn nothing that it could judge from fewer.
    tagged_documents_to_train: int = _limit(
        TAGGED_DOCUMENTS_TO_TRAIN,
        "tagged documents that a training needs",
        least=TAGGED_DOCUMENTS_TO_TRAIN,
    )
    #: Together with `tasks_per_job`, so that the rows of a job's pieces, whose keys have five
    #: digits, stay in order: 20,000 documents in pieces of 25, of 100 tasks, are 80,000.
    documents_per_job: int = _limit(
        DOCUMENTS_PER_JOB, "documents in one extraction job", most=20_000
    )
    tasks_per_job: int = _limit(TASKS_PER_JOB, "tasks in one extraction job", most=100)
    characters_per_job: int = _limit(
        CHARACTERS_PER_JOB, "characters in one extraction job, all texts together"
    )
    job_document_length: int = _limit(
        JOB_DOCUMENT_LENGTH, "characters of one document of an extraction job"
    )
    documents_per_container_job: int = _limit(
        DOCUMENTS_PER_CONTAINER_JOB,
        "documents of a container that one job extracts",
        most=1_000_000,
    )
    #: Both at most ten years: dates must be able to hold their ends.
    job_hours: int = _limit(
        JOB_HOURS, "hours for which an extraction job is kept", most=10 * 365 * 24
    )
    operation_days: int = _limit(
        OPERATION_DAYS, "days for which an authoring job is kept", most=10 * 365
    )


#: The limits as the hosted service has them.
DEFAULTS = Limits()
