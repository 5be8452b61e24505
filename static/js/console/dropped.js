/* Files that were chosen or dropped, folders with all that lies in them: [{ path, file }]. */

export function chosen(files) {
  return [...files].map((file) => ({ path: file.webkitRelativePath || file.name, file }));
}

export async function dropped(transfer) {
  // Only until the first await do the entries exist.
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry()).filter(Boolean);
  return (await Promise.all(entries.map(walk))).flat();
}

async function walk(entry) {
  if (entry.isFile) {
    const file = await new Promise((done, failed) => entry.file(done, failed));
    return [{ path: entry.fullPath.slice(1), file }];
  }
  return (await Promise.all((await inside(entry.createReader())).map(walk))).flat();
}

/* A reader gives some entries at a time, and none at the end. */
async function inside(reader) {
  const portion = await new Promise((done, failed) => reader.readEntries(done, failed));
  return portion.length ? [...portion, ...(await inside(reader))] : [];
}
