"""What a recipe installs is what the package asks for, in the same versions."""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_the_conda_recipe_asks_for_what_the_package_does():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    recipe = (ROOT / "packaging" / "conda" / "recipe.yaml").read_text()
    run = recipe.partition("  run:\n")[2].partition("\n\n")[0]
    asked = {line.strip().removeprefix("- ").replace(" ", "") for line in run.splitlines()}

    assert asked - {"python>=${{python_min}}"} == set(project["dependencies"])
    assert re.search(r'version: "(.*)"', recipe)[1] == project["version"]
