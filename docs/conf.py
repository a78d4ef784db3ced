"""How the documentation is built: `make docs`, without a network."""

import sys
from importlib import metadata
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "extensions"))

project = "Detente"
author = "the authors of Detente"
version = release = metadata.version("detente")
html_title = f"Detente {release}"
html_theme = "furo"
html_show_copyright = False
html_math_renderer = "mathml"
html_copy_source = False
templates_path: list[str] = []
html_static_path: list[str] = []
extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "mathml",
    "notebooks",
    "pagelinks",
    "reference",
]
exclude_patterns = ["_build", "extensions"]

myst_enable_extensions = ["dollarmath"]
myst_heading_anchors = 3
default_role = "code"
smartquotes = False  # an option is typed with two hyphens
autodoc_typehints = "description"
autodoc_typehints_description_target = "documented"
autodoc_member_order = "bysource"
napoleon_google_docstring = False
