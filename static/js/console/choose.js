/* <form data-choose>: a box in each row, one that chooses all of them, and what is done with the chosen ones. */
for (const form of document.querySelectorAll("form[data-choose]")) {
  const all = form.querySelector("[data-choose-all]");
  const boxes = [...form.querySelectorAll("tbody input[type=checkbox]")];
  const act = form.querySelector("[data-chosen]");

  const show = () => {
    const count = boxes.filter((box) => box.checked).length;
    act.disabled = !count;
    all.checked = count === boxes.length;
    all.indeterminate = count > 0 && count < boxes.length;
  };

  form.addEventListener("change", ({ target }) => {
    if (target === all) for (const box of boxes) box.checked = all.checked;
    show();
  });
  addEventListener("pageshow", show); // "back" brings the boxes back as they were
}
