"""The crisis on pages of this machine: who may ask, what is worked out behind them, each page.

`app.build` puts them together. To add a page module, such as `pages/pack.py`:

1. Write each page as a plain function from a `views.served.PageRequest` to a `FilledTemplate` or
   `Elsewhere`: it knows no server, and runs on a thread. `templates/NAME.html` extends `base.html`;
   all text that it prints is escaped, and there is no script or style in a template: both lie in
   `static/`.
2. `asked.pack` is the pack, `workspace.run_of(asked)` the run, `workspace.of(asked)` all that is
   served, with the jobs. A page raises `DetenteError` for what a user can put right; the page that
   says so is written for it.
3. List the pages as `PAGES` at its end, and add the module to `app.PAGES`; a page that everybody
   should find also goes into `html.OWN`.
4. What takes longer than a second is a job: `workspace.of(asked).begin(…)`, and `Elsewhere` leads
   to where it is followed. What changes something is a POST, which the guard lets in from our own
   pages only.

`answering.py` answers these pages and those that other rooms bring, by the entry points of the
group `detente.pages`; what comes as a stream is a view of Starlette (`crisis.answer`).
"""
