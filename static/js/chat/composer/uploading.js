/* Sending a file. XMLHttpRequest, as fetch does not tell how much has gone. */
import { access } from "../page/access.js";
import { t } from "../page/page.js";

/** `progress(part)` hears how much has gone, 0 to 1; `done` resolves to the server's JSON, or rejects with an Error. */
export function upload(path, form, progress) {
  const request = new XMLHttpRequest();
  const failure = (message, status = 0) => Object.assign(new Error(message), { status });
  const done = new Promise((resolve, reject) => {
    request.responseType = "json";
    request.upload.addEventListener("progress", ({ loaded, total }) => progress(total ? loaded / total : 0));
    request.addEventListener("load", () => {
      const { status, response } = request;
      if (status < 300 && response) resolve(response);
      else reject(failure(response?.error?.message ?? t("file_failed"), status));
    });
    for (const end of ["error", "abort", "timeout"]) request.addEventListener(end, () => reject(failure(t("file_failed"))));
    Promise.resolve(access.request("POST")).then(({ headers }) => {
      request.open("POST", path);
      for (const [name, value] of Object.entries({ Accept: "application/json", ...headers })) request.setRequestHeader(name, value);
      request.send(form);
    }, reject);
  });
  return { done, abort: () => request.abort() };
}
