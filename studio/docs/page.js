// Shows the API as /openapi.json describes it, and sends the requests that one writes here.

const METHODS = ["get", "post", "put", "patch", "delete"];
const byId = (id) => document.getElementById(id);

/** Make an element: its attributes (a property where it has a dot), and what is in it. */
function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith(".")) node[name.slice(1)] = value;
    else if (value !== undefined && value !== false) node.setAttribute(name, value);
  }
  node.append(...children.flat().filter((child) => child !== undefined && child !== ""));
  return node;
}

let api;
const routes = [];

/** Follow references to what they name. */
function resolve(node) {
  while (node?.$ref) {
    node = node.$ref.slice(2).split("/").reduce((inner, part) => inner[part], api);
  }
  return node;
}

const nameOf = (schema) => schema.$ref?.split("/").at(-1);

/** Say in a few words what values a schema takes. */
function kind(schema) {
  if (schema.$ref) return nameOf(schema);
  if (schema.anyOf) return schema.anyOf.map(kind).join(" or ");
  if (schema.enum) return schema.enum.join(" | ");
  const type = [schema.type].flat();
  if (type.includes("array")) return `list of ${kind(schema.items ?? {})}`;
  if (schema.additionalProperties) return `table of ${kind(schema.additionalProperties)}`;
  const words = [type.filter(Boolean).join(" or ") || "anything"];
  if (schema.format) words.push(schema.format);
  if (schema.maxLength) words.push(`up to ${schema.maxLength.toLocaleString("en")} characters`);
  if (schema.minimum !== undefined && !(schema.minimum === 0 && schema.maximum === 2 ** 31 - 1)) {
    const open = schema.maximum === undefined || schema.maximum === 2 ** 31 - 1;
    words.push(open ? `from ${schema.minimum} on` : `${schema.minimum} to ${schema.maximum}`);
  }
  return words.join(", ");
}

const isRequired = (schema, name) =>
  schema.required?.includes(name) ||
  schema.allOf?.some(({ anyOf }) => anyOf?.[0].required?.[0] === name);

/** Make up a value that a schema takes: with what is required, and with what has an example. */
function example(schema) {
  const first = schema.examples?.[0] ?? schema.example;
  if (first !== undefined) return first;
  schema = resolve(schema);
  if (schema.anyOf) return example(schema.anyOf[0]);
  if (schema.enum) return schema.enum[0];
  switch ([schema.type].flat()[0]) {
    case "object":
      return Object.fromEntries(
        Object.entries(schema.properties ?? {})
          .filter(([name, inner]) => isRequired(schema, name) || inner.examples)
          .map(([name, inner]) => [name, example(inner)]),
      );
    case "array": return schema.maxItems === 0 ? [] : [example(schema.items)];
    case "integer": case "number": return schema.minimum ?? 0;
    case "boolean": return false;
    default: return "";
  }
}

/** Find the shapes inside a schema that has no name of its own for what it holds. */
function inner(schema) {
  if (schema.$ref) return [schema];
  return [...(schema.anyOf ?? []), schema.items, schema.additionalProperties]
    .filter((each) => each && typeof each === "object").flatMap(inner);
}

/** Make something to open, which is filled once it is. */
function opening(summary, filling) {
  const view = make("details", { class: "shape" }, make("summary", {}, summary));
  view.addEventListener("toggle", () => view.append(make("div", { class: "members" }, filling())), { once: true });
  return view;
}

/** Show what an object holds, each member with what is inside of it. */
function membersView(reference) {
  const { properties = {}, ...schema } = resolve(reference);
  return Object.entries(properties).filter(([, field]) => !field.deprecated).map(([name, field]) => {
    const others = Object.entries(properties)
      .filter(([, other]) => other.description === `Another spelling of ${name}.`)
      .map(([other]) => other);
    const spelled = others.length ? ` Also spelled ${others.join(", ")}.` : "";
    const told = [
      make("span", { class: isRequired(schema, name) ? "name must" : "name" }, name), " ",
      make("span", { class: "kind" }, kind(field)), " ",
      make("span", { class: "about" }, `${field.description ?? ""}${spelled}`),
    ];
    const shapes = inner(field);
    return shapes.length ? opening(told, () => shapes.flatMap(membersView)) : make("div", {}, told);
  });
}

const shapeView = (reference) => opening(nameOf(reference), () => membersView(reference));

/** Show a path with its parameters set apart. */
const pathView = (path) => path.split(/(\{[^}]+\})/).filter(Boolean)
  .map((part) => make("span", part.startsWith("{") ? { class: "parameter" } : {}, part));

function inputFor(parameter, id) {
  const { schema, example: value } = parameter;
  if (schema.enum) {
    return make("select", { id }, make("option", { value: "" }, ""),
      schema.enum.map((each) => make("option", { value: each }, each)));
  }
  const shown = parameter.name === "api-version";
  return make("input", {
    id, placeholder: shown ? undefined : value, autocomplete: "off", spellcheck: "false",
    ".value": shown ? value : "",
  });
}

function parametersView(route) {
  if (!route.parameters.length) return [];
  const rows = route.parameters.flatMap((parameter) => {
    const id = `${route.id}-${parameter.name}`;
    route.inputs.set(parameter, inputFor(parameter, id));
    const name = { for: id, class: parameter.required ? "name must" : "name" };
    return [
      make("label", name, parameter.name),
      route.inputs.get(parameter),
      make("span", {}, parameter.description, " ",
        make("span", { class: "kind" }, `${parameter.in}; ${kind(parameter.schema)}`)),
    ];
  });
  return [make("h3", {}, "Parameters"), make("div", { class: "fields" }, rows)];
}

function bodyView(route) {
  const content = route.requestBody?.content;
  if (!content) return [];
  const types = Object.keys(content);
  const schema = Object.values(content).find((each) => each.schema)?.schema;
  route.body = make("textarea", {
    spellcheck: "false", "aria-label": "Body of the request",
    ".value": schema ? JSON.stringify(example(schema), null, 2) : "",
  });
  route.body.rows = Math.min(24, route.body.value.split("\n").length + 1);
  route.type = make("select", { "aria-label": "Type of the body" },
    types.map((type) => make("option", {}, type)));
  return [
    make("h3", {}, "Body"), schema ? shapeView(schema) : "",
    make("div", { class: "row" }, route.type), make("div", { class: "row" }, route.body),
  ];
}

function answersView(route) {
  const rows = Object.entries(route.responses).map(([status, reference]) => {
    const answer = resolve(reference);
    const types = Object.entries(answer.content ?? {});
    const shapes = types.flatMap(([, { schema }]) => inner(schema ?? {}));
    const plain = types.filter(([, { schema }]) => !inner(schema ?? {}).length);
    const headers = Object.entries(answer.headers ?? {}).map(([name, header]) =>
      make("div", {}, make("span", { class: "name" }, name), " ",
        make("span", { class: "kind" }, `header; ${header.description}`)));
    return make("div", { class: "answer" },
      make("span", { class: status < 300 ? "good" : "" }, status),
      make("div", {}, answer.description, headers,
        plain.length ? make("div", { class: "kind" }, plain.map(([type]) => type).join(", ")) : "",
        shapes.map(shapeView)));
  });
  return [make("h3", {}, "Answers"), ...rows];
}

/** Return the address that the inputs of a route make. */
function address(route) {
  let path = route.path;
  const query = new URLSearchParams();
  for (const [parameter, { value }] of route.inputs) {
    if (parameter.in === "path") {
      if (!value) throw new Error(`${parameter.name} is part of the address: fill it in.`);
      path = path.replace(`{${parameter.name}}`, encodeURIComponent(value));
    } else if (value) {
      query.set(parameter.name, value);
    }
  }
  return query.size ? `${path}?${query}` : path;
}

/** Find the route that reads an address, and the values that its path has there. */
function routeOf(url) {
  for (const route of routes) {
    const names = [...route.path.matchAll(/\{([^}]+)\}/g)].map(([, name]) => name);
    const pattern = route.path.replace(/[.*+?^$()|[\]\\]/g, "\\$&").replace(/\{[^}]+\}/g, "([^/:]+)");
    const found = route.method === "get" && url.pathname.match(new RegExp(`^${pattern}$`));
    if (found) {
      return [route, Object.fromEntries(names.map((name, at) => [name, found[at + 1]]))];
    }
  }
  return [];
}

function open(route) {
  route.view.open = true;
  fill(route);
  route.view.scrollIntoView();
}

/** Offer to read a job where an answer says that it is. */
function followView(location) {
  const url = location && new URL(location, document.baseURI);
  const [route, values] = url ? routeOf(url) : [];
  if (!route) return "";
  const button = make("button", { type: "button", class: "quiet" }, "Read the job");
  button.addEventListener("click", () => {
    open(route);
    for (const [parameter, input] of route.inputs) {
      const value = parameter.in === "path"
        ? decodeURIComponent(values[parameter.name]) : url.searchParams.get(parameter.name);
      if (value) input.value = value;
    }
    route.send.click();
  });
  return button;
}

function resultView(response, text, milliseconds) {
  const headers = [...response.headers]
    .filter(([name]) => /^(content-type|operation-location|location|retry-after)$/.test(name))
    .map(([name, value]) => `${name}: ${value}`);
  let shown = text;
  try {
    shown = JSON.stringify(JSON.parse(text), null, 2);
  } catch { /* It is no JSON: shown as it is. */ }
  const location = response.headers.get("operation-location") ?? response.headers.get("location");
  return [
    make("div", { class: "row" },
      make("span", { class: response.ok ? "status good" : "status bad" },
        `${response.status} ${response.statusText}`),
      make("span", { class: "kind" }, `${milliseconds} ms`), followView(location)),
    make("pre", { tabindex: "0" }, [...headers, "", shown].join("\n").trim()),
  ];
}

async function send(route) {
  const headers = {};
  const key = byId("key").value;
  if (key) headers["Ocp-Apim-Subscription-Key"] = key;
  if (route.body) headers["Content-Type"] = route.type.value;
  route.send.disabled = true;
  try {
    const begun = performance.now();
    const response = await fetch(address(route), {
      method: route.method.toUpperCase(), headers, body: route.body?.value,
    });
    const text = await response.text();
    route.result.replaceChildren(
      ...resultView(response, text, Math.round(performance.now() - begun)).filter(Boolean));
  } catch (fault) {
    route.result.replaceChildren(make("p", { class: "bad" }, fault.message));
  } finally {
    route.send.disabled = false;
  }
}

/** Show what is inside of a route: only once it is opened, as there are many. */
function fill(route) {
  if (route.inputs) return;
  route.inputs = new Map();
  route.send = make("button", { type: "button" }, "Send");
  route.result = make("div", { "aria-live": "polite" });
  route.send.addEventListener("click", () => send(route));
  route.view.append(make("div", { class: "inside" },
    make("p", {}, route.description), parametersView(route), bodyView(route),
    make("div", { class: "row" }, route.send), route.result, answersView(route)));
}

function routeView(route) {
  route.view = make("details", { class: "route", id: route.id }, make("summary", {},
    make("span", { class: `method ${route.method}` }, route.method.toUpperCase()),
    make("span", { class: "path" }, pathView(route.path)),
    make("span", { class: "what" }, route.summary)));
  route.view.addEventListener("toggle", () => route.view.open && fill(route));
  route.link = make("a", { href: `#${route.id}`, title: route.path },
    make("span", { class: `method ${route.method}` }, route.method.toUpperCase()),
    make("span", {}, route.summary));
  route.link.addEventListener("click", (event) => {
    event.preventDefault();
    history.replaceState(null, "", `#${route.id}`);
    open(route);
  });
}

function groupView({ name, description }) {
  const own = routes.filter((route) => route.tags.includes(name));
  own.forEach(routeView);
  const views = [
    make("section", {}, make("h2", {}, name), make("p", {}, description),
      own.map(({ view }) => view)),
    make("div", {}, make("h2", {}, name), own.map(({ link }) => link)),
  ];
  byId("groups").append(views[0]);
  byId("index").append(views[1]);
  return [own, views];
}

/** Leave the routes in which all words of the filter occur. */
function filter(groups, text) {
  const words = text.toLowerCase().split(/\s+/);
  for (const [own, views] of groups) {
    for (const route of own) {
      const told = `${route.method} ${route.path} ${route.summary}`.toLowerCase();
      route.view.hidden = route.link.hidden = !words.every((word) => told.includes(word));
    }
    views.forEach((view) => { view.hidden = own.every((route) => route.view.hidden); });
  }
}

async function start() {
  const key = byId("key");
  key.value = sessionStorage.getItem("key") ?? "";
  key.addEventListener("input", () => sessionStorage.setItem("key", key.value));
  api = await (await fetch("/openapi.json")).json();
  for (const [path, operations] of Object.entries(api.paths)) {
    for (const method of METHODS.filter((each) => operations[each])) {
      routes.push({ path, method, id: operations[method].operationId, ...operations[method] });
    }
  }
  byId("about").textContent = api.info.description;
  const groups = api.tags.map(groupView);
  byId("filter").addEventListener("input", ({ target }) => filter(groups, target.value));
  const named = routes.find(({ id }) => id === location.hash.slice(1));
  if (named) open(named);
}

start().catch((fault) => {
  byId("notice").textContent = `The description of the API cannot be shown: ${fault.message}`;
  byId("notice").hidden = false;
});
