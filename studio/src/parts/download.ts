/** Hand a text, or bytes, to the browser as a file to keep. */
export function download(content: string | Blob, name: string): void {
  const address = URL.createObjectURL(new Blob([content]));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  // The browser has begun to read it by the time that this runs.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
