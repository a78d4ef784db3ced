// Functions of pages beyond plain forms: answers that become more exact while a slider moves, search
// while typing, copying an address, progress of a job, restoring typed text.
const one = (selector, within = document) => within.querySelector(selector);
const question = one("#question"), answer = one("#answer"), search = one("#search");
let stream, timer;

const moved = (form) => new URLSearchParams([...new FormData(form)].filter(([name]) => name.includes(".")));

// Pictures are loaded before the new answer replaces the old one, so that nothing flickers.
async function show(html, newest) {
  const next = document.createElement("template");
  next.innerHTML = html;
  await Promise.all([...next.content.querySelectorAll("img")].map((image) => image.decode().catch(() => {})));
  if (stream === newest) answer.replaceChildren(next.content);
  performance.mark("shown");
}

function ask() {
  stream?.close();
  const query = moved(question), mine = new EventSource(`${question.dataset.answers}?${query}`);
  performance.mark("asked");
  stream = mine;
  history.replaceState(null, "", `?${query}`);
  for (const link of document.querySelectorAll("#found a[href^='?']")) {
    const also = new URLSearchParams(link.getAttribute("href").slice(1).split("#")[0]);
    for (const [name, value] of query) also.set(name, value);
    link.setAttribute("href", `?${also}#moved`);
  }
  for (const field of search.querySelectorAll("input[type=hidden]")) field.value = query.get(field.name) ?? "";
  mine.onmessage = ({ data }) => show(JSON.parse(data), mine);
  mine.addEventListener("over", () => mine.close());
  mine.onerror = () => {
    mine.close();
    show("<p class='fault'>No answer comes: detente serve has ended. What was saved is kept; start it again.</p>", mine);
  };
}

function later(work, wait) {
  clearTimeout(timer);
  timer = setTimeout(work, wait);
}

if (question && one("[data-sharper]", answer)) ask();

for (const field of question?.querySelectorAll("fieldset") ?? []) {
  const slider = one("input[type=range]", field), text = one("input[type=text]", field);
  slider.hidden = slider.disabled;
  slider.addEventListener("input", () => { text.value = +Number(slider.value).toPrecision(3); later(ask, 60); });
  text.addEventListener("input", () => { slider.value = text.value.split(":")[0] || text.placeholder; later(ask, 400); });
}

async function list() {
  const query = new URLSearchParams(new FormData(search)), got = await fetch(`${search.dataset.numbers}?${query}`);
  const html = await got.text(), isAsked = `${query}` === `${new URLSearchParams(new FormData(search))}`;
  if (got.ok && isAsked && !one("#found").matches(":focus-within")) one("#found").innerHTML = html;
}

one("#find")?.addEventListener("input", () => later(list, 120));
if (one("#found[data-soon]")) list();

for (const button of document.querySelectorAll("[data-copies]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.copies || location.href);
    button.textContent = "Copied";
  });
}

// Progress of jobs: the page reloads parts after each addition to its run.
async function fill(id) {
  const got = await fetch(location.href).catch(() => null), next = document.createElement("template");
  if (!got?.ok) return;
  next.innerHTML = await got.text();
  const there = document.getElementById(id), found = next.content.getElementById(id);
  if (found && !there.matches(":focus-within")) there.replaceWith(found);
}

for (const place of document.querySelectorAll("[data-follow]")) {
  let renewals;
  const look = async () => {
    const got = await fetch(place.dataset.follow).catch(() => null);
    if (got?.redirected) return new URL(got.url).pathname === location.pathname ? location.reload() : location.assign(got.url);
    if (got?.ok) place.innerHTML = await got.text();
    const now = one("[data-renewals]", place)?.dataset.renewals;
    if (place.dataset.fills && renewals && now !== renewals) await fill(place.dataset.fills);
    renewals = now ?? renewals;
    setTimeout(look, 700);
  };
  look();
}

// Every page announces finished jobs.
for (const news of document.querySelectorAll("[data-news]")) {
  const look = async () => {
    const got = await fetch(news.dataset.news).catch(() => null);
    if (got?.ok) news.innerHTML = await got.text();
    const left = Number(one("[data-left]", news)?.dataset.left), count = one(".count");
    if (count) count.textContent = left || "";
    if (left) setTimeout(look, 4000);
  };
  setTimeout(look, 4000);
}

// Answers are kept as they are given.
for (const form of document.querySelectorAll("[data-keeps]")) {
  const gone = "Not kept: detente serve has ended. What was kept before is there when you start it again.";
  const keep = async () => {
    const sent = new URLSearchParams([...new FormData(form)].filter(([name]) => name !== "article"));
    const got = await fetch(form.dataset.keeps, { method: "POST", body: sent }).catch(() => null);
    const next = document.createElement("template"), there = one("#kept");
    if (!got?.ok) return there.append(there.textContent.includes(gone) ? "" : ` ${gone}`);
    next.innerHTML = await got.text();
    there.replaceChildren(...next.content.getElementById("kept").childNodes);
  };
  form.addEventListener("change", () => later(keep, 200));
}

// A question is hidden while another is open without whose answer it is not asked.
for (const asked of document.querySelectorAll("[data-after]")) {
  const first = document.getElementById(asked.dataset.after), own = one("input, select", asked);
  const look = () => { asked.hidden = !first.value && (!own.value || own.value === "no"); };
  first.addEventListener("input", look);
  look();
}

// Typed text is restored when the page is loaded again in the same tab.
for (const field of document.querySelectorAll("[data-draft]")) {
  field.value ||= sessionStorage.getItem(field.dataset.draft) ?? "";
  field.addEventListener("input", () => sessionStorage.setItem(field.dataset.draft, field.value));
}

// Keyboard shortcuts work unless the focus is in a field; Escape leaves a field.
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
