"""Pages that show a crisis in a browser on this machine: access, background jobs, each page.

`app.build` assembles them. To add a module of pages, such as `pages/pack.py`:

1. Write each page as a plain function from a `views.served.PageRequest` to a `FilledTemplate` or
   `Elsewhere`. It knows no server, and runs on a thread. `templates/NAME.html` extends `base.html`;
   all text that it prints is escaped. Scripts and styles are in `static/`, not in templates.
2. `asked.pack` is the pack, `workspace.run_of(asked)` the run, `workspace.of(asked)` everything
   that is served, with the jobs. A page raises `DetenteError` for a fault that users can correct;
   another page then shows it.
3. List the pages as `PAGES` at the end of the module, and add the module to `app.PAGES`. Add pages
   for the navigation to `html.OWN`.
4. Work of more than a second is a job: start it with `workspace.of(asked).begin(…)`, and return
   `Elsewhere` with the address of its progress. Changes are POST requests, which the guard accepts
   only from our own pages.

`answering.py` answers requests for these pages and for those of rooms (entry points of the group
`detente.pages`). Streams are views of Starlette (`crisis.answer`).
"""
