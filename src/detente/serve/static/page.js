// A page in which a job is followed: what the server sends takes the place of what stands there.
for (const place of document.querySelectorAll("[data-follow]")) {
  const stream = new EventSource(place.dataset.follow);
  stream.onmessage = ({ data }) => { place.innerHTML = JSON.parse(data); };
  stream.addEventListener("over", ({ data }) => { stream.close(); location.assign(JSON.parse(data)); });
}

// A key does what is marked with it, unless something is being typed; Escape leaves a field.
addEventListener("keydown", (event) => {
  const { target, key, ctrlKey, metaKey, altKey } = event;
  if (target.matches("input:not([type=checkbox]), select, textarea")) {
    if (key === "Escape") target.blur();
    if (key === "Enter" && (ctrlKey || metaKey)) target.form.requestSubmit(target.form.querySelector("button"));
    return;
  }
  const marked = ctrlKey || metaKey || altKey ? null : document.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (!marked) return;
  event.preventDefault();
  if (marked.matches("input, textarea")) marked.focus();
  else marked.click();
});
