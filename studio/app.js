// Try a deployed model in the browser, over the same API that programs use.

const AUTHORING = "/language/authoring/analyze-text/projects";
const VERSION = "api-version=2023-04-01";
const element = (id) => document.getElementById(id);
const show = (id, visible) => { element(id).hidden = !visible; };

const key = {
  get: () => sessionStorage.getItem("key"),
  set: (value) => sessionStorage.setItem("key", value),
  clear: () => sessionStorage.removeItem("key"),
};

/** Send a request with the key; throw an Error with the service's own sentence on a refusal. */
async function call(method, path, body) {
  const response = await fetch(path, {
    method,
    headers: { "Ocp-Apim-Subscription-Key": key.get(), "Content-Type": "application/json" },
    body: body && JSON.stringify(body),
  });
  const text = await response.text();
  const value = text ? JSON.parse(text) : {};
  if (!response.ok) {
    throw Object.assign(new Error(value.error?.message ?? response.statusText), {
      status: response.status,
    });
  }
  return { value, location: response.headers.get("operation-location") };
}

/** Yield the items of a list that comes in pages. */
async function* items(path) {
  for (let next = path; next; ) {
    const { value } = await call("GET", next);
    yield* value.value;
    const link = value.nextLink && new URL(value.nextLink);
    next = link && link.pathname + link.search;
  }
}

async function listDeployments() {
  const select = element("deployment");
  select.replaceChildren();
  for await (const { projectName } of items(`${AUTHORING}?${VERSION}`)) {
    const path = `${AUTHORING}/${encodeURIComponent(projectName)}/deployments?${VERSION}`;
    for await (const { deploymentName } of items(path)) {
      const value = JSON.stringify({ projectName, deploymentName });
      select.add(new Option(`${projectName} / ${deploymentName}`, value));
    }
  }
  show("test", select.length > 0);
  show("empty", select.length === 0);
}

/** Run one extraction job and return its document with entities, in UTF-16 units. */
async function extract(target, text) {
  const submitted = await call("POST", `/language/analyze-text/jobs?${VERSION}`, {
    analysisInput: { documents: [{ id: "1", text }] },
    tasks: [{
      kind: "CustomEntityRecognition",
      parameters: { ...target, stringIndexType: "Utf16CodeUnit" },
    }],
  });
  const { pathname, search } = new URL(submitted.location);
  for (;;) {
    const { value } = await call("GET", pathname + search);
    if (!["notStarted", "running"].includes(value.status)) {
      const results = value.tasks.items?.[0]?.results;
      const fault = value.errors[0] ?? results?.errors[0]?.error;
      if (fault) throw new Error(fault.message);
      return results.documents[0];
    }
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

function render(text, entities) {
  const parts = [];
  let end = 0;
  for (const { offset, length, category } of entities) {
    const mark = document.createElement("mark");
    mark.textContent = text.slice(offset, offset + length);
    mark.dataset.category = category;
    parts.push(text.slice(end, offset), mark);
    end = offset + length;
  }
  element("highlighted").replaceChildren(...parts, text.slice(end));
  element("summary").textContent =
    entities.length === 0 ? "No entities were found." : `${entities.length} found.`;
  element("entities").replaceChildren(
    ...entities.map((entity) => {
      const row = document.createElement("tr");
      const confidence = entity.confidenceScore.toFixed(2);
      for (const value of [entity.category, entity.text, confidence]) {
        row.insertCell().textContent = value;
      }
      return row;
    }),
  );
  show("result", true);
}

/** Run `work`; say what went wrong where something does. */
async function attempt(work) {
  show("notice", false);
  try {
    await work();
  } catch (error) {
    if (error.status === 401) {
      key.clear();
      open();
    }
    element("notice").textContent = error.message;
    show("notice", true);
  }
}

function open() {
  const known = key.get() !== null;
  show("sign-in", !known);
  show("workspace", known);
  show("sign-out", known);
  if (known) attempt(listDeployments);
}

element("sign-in").addEventListener("submit", (event) => {
  event.preventDefault();
  key.set(element("key").value);
  open();
});
element("sign-out").addEventListener("click", () => {
  key.clear();
  location.reload();
});
element("test").addEventListener("submit", (event) => {
  event.preventDefault();
  const button = event.submitter;
  attempt(async () => {
    button.disabled = true;
    try {
      const text = element("text").value;
      const document_ = await extract(JSON.parse(element("deployment").value), text);
      render(text, document_.entities);
    } finally {
      button.disabled = false;
    }
  });
});
open();
