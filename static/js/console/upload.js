/* The page that uploads a model. */
import { ModelFiles } from "./upload_files.js";
import { uploadForm } from "./upload_form.js";

const form = document.querySelector("[data-upload]");
uploadForm(form, new ModelFiles(form, form.querySelector("[data-list]")));
