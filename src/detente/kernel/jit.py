"""Compiles the kernel's functions; the compiler's flags and its cache are chosen here."""

import functools
import hashlib
import json
import logging
import os
import re
import shutil
import stat
import sys
import sysconfig
import tempfile
from collections.abc import Callable, Iterator, Mapping
from enum import EnumMeta
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import numba
import numba.experimental.function_type  # teaches it to take functions as arguments
import numpy as np
from numba import types

P = ParamSpec("P")
R = TypeVar("R")

CONFIG: Any = numba.config
IS_PLAIN = os.environ.get("DETENTE_NUMBA") == "plain"
"""Whether functions are compiled by numba's public interface alone.

That takes three times as long and gives the same bits.
"""
if not IS_PLAIN:
    from detente.kernel import compiler

typeof_impl = numba.extending.typeof_impl
TYPE_OF_OTHERS = typeof_impl.dispatch(EnumMeta)
LOGGER = logging.getLogger(__name__)
FLAGS: dict[str, Any] = {"nogil": True, "error_model": "numpy", "_nrt": False}
"""Compiled code releases Python's lock, so that threads run in parallel; a division by 0 is
infinite; and references to arrays are not counted."""
KERNEL = Path(__file__).parent
PACKAGE = __name__.rpartition(".")[0]
CALLED = {"crisis": ("crisis.play_rows", "policy.solve_stages", "war.fight_all")}
"""Functions that take nearly all of the time to compile, for entries that call several modules."""
CARRIED = KERNEL.parent / "compiled"
"""Compiled code that the package includes, if any, by module and by digest of its source."""
MADE_FOR = "made-for.json"
"""The file in that folder that names the Python, numba and system of its compiled code."""
GENERIC = "generic"
"""Name of a processor with only those features that all processors of its architecture have."""
IMPORT = re.compile(
    r"^[ \t]*(?:from[ \t]+([\w.]+)[ \t]+import[ \t]*(\([^)]*\)|[^\n]*)|import[ \t]+([^\n]*))", re.M
)
"""An import statement: the module and the names imported from it, or modules imported whole."""
PRIVATE = 0o700
OTHERS = stat.S_IRWXG | stat.S_IRWXO


def jit(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a kernel function; the type checker still sees its signature.

    No flag relaxes the arithmetic, so that the function gives the same bits without the compiler.
    Compiled code does not count references to arrays, which would double its time. That is safe, as
    kernel functions neither create nor store arrays, and their caller keeps those that it passes.
    """
    return _compile(function, FLAGS)


def inlined(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a kernel function into its callers, so that a loop over it makes no calls."""
    return _compile(function, FLAGS | {"forceinline": True})


def written_out(function: Callable[P, R]) -> Callable[P, R]:
    """Inline the source of a kernel function in its callers; only such functions return records."""
    if CONFIG.DISABLE_JIT:
        return function
    kept: Callable[P, R] = numba.njit(inline="always", **FLAGS)(function)
    return kept


def _compile(function: Callable[P, R], flags: Mapping[str, Any]) -> Callable[P, R]:
    if CONFIG.DISABLE_JIT:
        return function
    folder = cache_folder(Path(function.__code__.co_filename))
    if IS_PLAIN:
        kept: Any = _compile_plainly(function, flags, folder)
    else:
        kept = compiler.compiled(function, flags, folder, _warn_of_disk)
    if folder is not None and not why_not_carried():
        _bring(folder, Path(kept.stats.cache_path))
    compiled: Callable[P, R] = kept
    return compiled


def _compile_plainly(function: Any, flags: Mapping[str, Any], folder: Path | None) -> Any:
    """Compile a function by numba's public interface alone."""
    # Numba takes the folder from its global setting, at the moment when it makes the function.
    shared, CONFIG.CACHE_DIR = CONFIG.CACHE_DIR, str(folder or "")
    try:
        return numba.njit(cache=folder is not None, **flags)(function)
    finally:
        CONFIG.CACHE_DIR = shared


@functools.cache
def why_not_carried() -> str:
    """Return why the package's compiled code cannot be used here; empty if it can."""
    stands_in = CARRIED / MADE_FOR
    if not stands_in.is_file():
        return "this package carries no compiled code"
    made_for: dict[str, str] = json.loads(stands_in.read_text(encoding="utf-8"))
    here = this_machine()
    apart = [f"{made_for[one]}, here is {here[one]}" for one in here if here[one] != made_for[one]]
    # The code runs on any processor of its architecture, but numba's index names the processor for
    # which it was compiled.
    if os.environ.get("NUMBA_CPU_NAME", GENERIC) != GENERIC:
        apart.append("any processor, here NUMBA_CPU_NAME names another")
    return "this package carries compiled code for " + "; for ".join(apart) if apart else ""


def this_machine() -> dict[str, str]:
    """Return the versions that compiled code depends on: Python, numba, system and processor."""
    return {
        "python": f"Python {sys.version_info.major}.{sys.version_info.minor}",
        "numba": f"numba {numba.__version__}",
        "system": sysconfig.get_platform(),
    }


def _bring(folder: Path, into: Path) -> None:
    """Copy a module's compiled code from the package to the folder in which numba looks for it.

    Nothing is copied if the package has none, or if the folder has some already.
    """
    came = CARRIED / folder.parent.name.rpartition("-")[0] / folder.name
    if not came.is_dir() or any(into.glob("*.nbi")):
        return
    try:
        for path in sorted(came.iterdir()):  # code before the index that names it
            # Another process may read at the same time, so a file appears only when it is complete.
            aside = into / f".{path.name}.{os.getpid()}"
            shutil.copyfile(path, aside)
            aside.replace(into / path.name)
    except OSError as fault:
        _warn_of_disk(fault)


# Numba finds code only under the processor that it was compiled for.
if not why_not_carried():
    CONFIG.CPU_NAME, CONFIG.CPU_FEATURES = GENERIC, ""


def _warn_of_disk(fault: OSError) -> None:
    warn_once(str(cache_root()), str(fault.strerror))


class WholeNumbers(types.IntEnumClass):
    """The compiler's type of an enumeration whose members are compiled as whole numbers.

    With numba's own type a tuple that holds a member has another type than one that holds a number,
    and the compiler cannot unify the two.
    """

    member_type: Any = types.int64


numba.extending.register_model(WholeNumbers)(numba.extending.models.OpaqueModel)


@typeof_impl.register(EnumMeta)
def _type_of_enumeration(kind: EnumMeta, context: Any) -> Any:
    """Return the compiler's type of an enumeration; those of the kernel are whole numbers."""
    if kind.__module__.startswith(PACKAGE):
        return WholeNumbers(kind, types.int64)
    return TYPE_OF_OTHERS(kind, context)


def is_warm(entry: str = "crisis") -> bool:
    """Say whether compiled code of a kernel module's entry functions is cached and up to date.

    `entry` is the name of the module; `crisis` plays whole crises.
    """
    if CONFIG.DISABLE_JIT:
        return True
    for name in CALLED.get(entry, (f"{entry}.*",)):
        folder = cache_folder(KERNEL / f"{name.partition('.')[0]}.py")
        if folder is None or not any(folder.rglob(f"{name}-*.nbi")):
            return False
    return True


class Called(types.WrapperAddressProtocol):
    """A function that compiled code receives as an argument, without being compiled again for it.

    The function gets a record and a row of numbers, which it changes. A call returns 0 if it raised
    an error, since errors do not pass through such calls, else 1. An index out of range is an
    error, too.
    """

    def __init__(self, function: Callable[[Any, np.ndarray], object] | None, kind: Any) -> None:
        """Compile a function for records of a `kind`, a dtype; None stands for no function.

        If the function cannot be compiled, the compiler's error is raised, which has no fixed type.
        """
        self.function = function
        self.name = getattr(function, "__name__", "")
        record = numba.from_dtype(kind)
        self.declared = types.int64(record, types.float64[::1])
        self.address = -1
        if function is not None and not CONFIG.DISABLE_JIT:
            self.compiled = _compile_call(function, self.declared)
            self.address = _address_of(self.compiled, self.declared)

    def __call__(self, record: Any, numbers: np.ndarray) -> int:
        """Call the function as plain Python; return 1, or 0 if it raised an error."""
        try:
            if self.function is not None:
                self.function(record, numbers)
        except Exception:  # as compiled code does: the caller finds out which error it was
            return 0
        return 1

    def __wrapper_address__(self) -> int:
        """Return the address of the compiled function."""
        return self.address

    def signature(self) -> Any:
        """Return the types of arguments and result."""
        return self.declared


def _compile_call(function: Callable[[Any, np.ndarray], object], declared: Any) -> Any:
    """Compile a function so that it returns 1, or 0 if it has raised an error."""
    # A user's rule may use an index out of range, so each index is checked. In the kernel's own
    # functions tests check that instead.
    rule = numba.njit(nogil=True, error_model="numpy", boundscheck=True)(function)
    rule.compile(declared.args)

    def call(record: Any, numbers: np.ndarray) -> int:
        try:
            rule(record, numbers)
        except Exception:  # compiled code can catch no narrower class
            return 0
        return 1

    return numba.njit(declared, nogil=True, error_model="numpy")(call)


def _address_of(compiled: Any, declared: Any) -> int:
    result = compiled.get_compile_result(declared)
    address: int = result.library.get_pointer_to_function(result.fndesc.llvm_cfunc_wrapper_name)
    return address


@functools.cache
def cache_folder(path: Path) -> Path | None:
    """Return the folder of a module's compiled code, or None if nothing can be cached.

    Numba does not notice an edit of a function that is called from another module. So the folder is
    named by a digest of the module, of the kernel modules that it imports, and of the version of
    numba. Folders of the same module under older digests are deleted.
    """
    root = cache_root()
    if root is None or not path.is_file():
        return None
    place = root / f"{path.stem}-{_settings(path)}"
    folder = place / source_digest(path)
    # Each edit makes a new folder, so that old ones would accumulate.
    for old in place.glob("*"):
        if old != folder:
            shutil.rmtree(old, ignore_errors=True)
    return folder


@functools.cache
def cache_root() -> Path | None:
    """Return the cache's folder, created if needed, or None with one warning if it is unusable.

    Cached code is run without a further check, so no other user may have access to the folder.
    """
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    root = Path(base) / PACKAGE.partition(".")[0]
    try:
        root.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
        _check_is_private(root)
        # The folder may exist although no file can be written, for example on a read-only disk.
        tempfile.TemporaryFile(dir=root).close()
    except OSError as fault:
        warn_once(str(root), fault.strerror)
        return None
    return root


def source_digest(path: Path) -> str:
    """Return the digest of a module, of the kernel modules that it imports, and of numba."""
    whole = hashlib.sha256(numba.__version__.encode())
    for source in sorted({path, *needs(path)}):
        whole.update(source.name.encode() + b"\0" + source.read_bytes() + b"\0")
    return whole.hexdigest()[:16]


def _check_is_private(folder: Path) -> None:
    """Raise OSError unless the user owns a folder and others have no access to it."""
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
        raise PermissionError(0, "not a folder of your own")
    if found.st_mode & OTHERS:
        raise PermissionError(0, "open to others; chmod 700 shuts it")


@functools.cache
def warn_once(folder: str, reason: str) -> None:
    """Warn that a folder cannot be used as cache, with the reason."""
    LOGGER.warning(
        "compiled code is not kept, so each start compiles again: %s: %s", folder, reason
    )


def _settings(path: Path) -> str:
    """Return a digest of a module's path, the Python environment and the compiler's settings."""
    # Two checkouts, or two environments, share one cache and must not delete each other's code.
    settings = f"{path.resolve()} {sys.prefix} {CONFIG.BOUNDSCHECK} {CONFIG.OPT}"
    return hashlib.sha256(settings.encode()).hexdigest()[:8]


@functools.cache
def needs(path: Path) -> frozenset[Path]:
    """Return the kernel modules that a module imports, directly or not."""
    found: set[Path] = set()
    waiting = [path]
    while waiting:
        fresh = imports(waiting.pop()) - found
        found |= fresh
        waiting += fresh
    return frozenset(found)


@functools.cache
def imports(path: Path) -> frozenset[Path]:
    """Return the kernel modules that a module imports directly, anywhere in its source."""
    names = _names_in(path.read_text(encoding="utf-8"))
    parts = [name.rpartition(".") for name in names]
    modules = {KERNEL / f"{module}.py" for package, _, module in parts if package == PACKAGE}
    return frozenset(module for module in modules if module.is_file())


def _names_in(source: str) -> Iterator[str]:
    # Parsing all modules took half a second at each start, so a regular expression is used. It may
    # match a sentence of a docstring, but that names no module of the kernel.
    for module, names, plain in IMPORT.findall(source):
        yield from re.findall(r"[\w.]+", plain)
        if module:
            yield module
            yield from (f"{module}.{name}" for name in re.findall(r"\w+", names))
