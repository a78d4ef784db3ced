"""The crisis on pages of this machine: who may ask, what is worked out behind them, each page.

`app.build` puts them together. To add a page module, such as `pages/pack.py`:

1. Write its views: a plain function takes a `Request` and returns a `Response`, and runs on a
   thread; an `async def` only where it waits. `html.page(request, "NAME.html", …)` writes
   `templates/NAME.html`, which extends `base.html`; all text that it prints is escaped, and there
   is no script or style in a template: both lie in `static/`.
2. `workspace.of(request)` is what is served: the pack, the runs by their keys, the jobs. A view
   raises `DetenteError` for what a user can put right; the page that says so is written for it.
3. List the views as `ROUTES` at its end, and add the module to `app.PAGES`; a page that everybody
   should find also goes into `html.PLACES`.
4. What takes longer than a second is a job: `workspace.of(request).jobs.start(…)`, then
   `html.see_other(job.address)`. What changes something is a POST, which the guard lets in from our
   own pages only.

Pages that another room brings are written as `views/served.py` says: they know no server.
`brought.py` answers them, by the entry points of the group `detente.pages`.
"""
