/** Hand a text, in one part or several, to the browser as a file to keep. */
export function download(text: string | readonly string[], name: string): void {
  const address = URL.createObjectURL(new Blob(typeof text === "string" ? [text] : [...text]));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  // The browser has begun to read it by the time that this runs.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
