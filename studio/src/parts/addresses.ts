/** Addresses of a project's pages, for links from one of them to another. */

function address(project: string, ...parts: string[]): string {
  return ["/projects", ...[project, ...parts].map(encodeURIComponent)].join("/");
}

/** A document on the Tag data page; at a place of it, in UTF-16 units. */
export function documentAddress(project: string, document: string, at?: number): string {
  const base = address(project, "tag", document);
  return at === undefined ? base : `${base}?at=${at}`;
}

/** The Tag data page with the documents that have a label of this type. */
export function typeAddress(project: string, category: string): string {
  return `${address(project, "tag")}?type=${encodeURIComponent(category)}`;
}

export function modelAddress(project: string, model: string, view?: string): string {
  return address(project, "models", model, ...(view === undefined ? [] : [view]));
}

export function pageAddress(project: string, page: string): string {
  return address(project, page);
}
