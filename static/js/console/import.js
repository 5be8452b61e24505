/* The page that brings files into a collection. */
import { ImportFiles } from "./import_files.js";
import { uploadForm } from "./upload_form.js";

const form = document.querySelector("[data-upload]");
uploadForm(form, new ImportFiles(form.querySelector("[data-list]"), JSON.parse(document.getElementById("import-limits").textContent)));
