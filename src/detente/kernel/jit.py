"""The one place where the compiler's flags and its cache are set."""

import ast
import ctypes
import functools
import hashlib
import logging
import os
import pickle
import shutil
import stat
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from enum import EnumMeta
from functools import partial
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import numpy as np

from detente.kernel.compiler import CONFIG, Callee, CalleeStore, numba, types

P = ParamSpec("P")
R = TypeVar("R")

core: Any = numba.core
typeof_impl = numba.extending.typeof_impl
TYPE_OF_OTHERS = typeof_impl.dispatch(EnumMeta)
LOGGER = logging.getLogger(__name__)
FLAGS: dict[str, Any] = {"nogil": True, "error_model": "numpy", "_nrt": False}
"""Threads run at a time, a division by 0 is infinite, and references to arrays go uncounted."""
KERNEL = Path(__file__).parent
PACKAGE = __name__.rpartition(".")[0]
PRIVATE = 0o700
OTHERS = stat.S_IRWXG | stat.S_IRWXO


def jit(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a kernel function; the type checker still sees its signature.

    No flag loosens the arithmetic: the same function without the compiler gives the same bits.
    Compiled code does not count who holds an array: kernel functions make none and keep none, and
    whoever calls them holds those that it hands in. Counting takes as long again as all the rest.
    """
    return _compile(function, FLAGS)


def inlined(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a kernel function into each that calls it, so that a loop over it has no call."""
    return _compile(function, FLAGS | {"forceinline": True})


def _compile(function: Callable[P, R], flags: Mapping[str, Any]) -> Callable[P, R]:
    if CONFIG.DISABLE_JIT:
        return function
    compiled: Any = numba.njit(**flags)(function)
    folder = cache_folder(Path(function.__code__.co_filename))
    compiled.callee = callee = functools.cache(partial(_callee, function, flags, folder))
    compiled.get_call_template = lambda args, kws: callee().get_call_template(args, kws)
    compiled.get_overload = lambda signature: callee().get_overload(signature)
    _keep(compiled, KernelCache, folder)
    kept: Callable[P, R] = compiled
    return kept


def _callee(function: Callable[P, R], flags: Mapping[str, Any], folder: Path | None) -> Callee:
    """Return the function as compiled functions call it, made once one does."""
    callee = Callee(function, flags)
    _keep(callee, CalleeCache, folder)
    return callee


def _keep(compiled: Any, cache: Any, folder: Path | None) -> None:
    """Keep compiled code in a folder, as `cache=True` does, if there is one."""
    if folder is None:
        return
    shared, CONFIG.CACHE_DIR = CONFIG.CACHE_DIR, str(folder)
    try:
        compiled._cache = cache(compiled.py_func)  # noqa: SLF001 - what cache=True sets
    finally:
        CONFIG.CACHE_DIR = shared


@typeof_impl.register(np.record)
def _type_of_record(record: np.record, _: object) -> Any:
    """Return the compiler's type of a record, which takes it milliseconds to make anew."""
    return _type_of_records(record.dtype)


@functools.cache
def _type_of_records(dtype: np.dtype[Any]) -> Any:
    return numba.from_dtype(dtype)


def _place_of_address() -> int | None:
    """Return where in the object of a record its address stands [bytes]; None if nowhere."""
    record = np.zeros(1, [("number", np.float64)])[0]
    address, size = record.__array_interface__["data"][0], ctypes.sizeof(ctypes.c_size_t)
    words = list((ctypes.c_size_t * (np.void.__basicsize__ // size)).from_address(id(record)))
    return size * words.index(address) if address in words else None


ADDRESS = _place_of_address()


def _hand_in_record(kind: Any, record: Any, compiler: Any) -> Any:
    """Hand a record to compiled code by its address.

    The compiler itself asks numpy, which first writes down every field: a hundred times as long.
    """
    builder, word = compiler.builder, core.cgutils.intp_t
    place = builder.add(builder.ptrtoint(record, word), word(ADDRESS))
    address = builder.load(builder.inttoptr(place, core.cgutils.voidptr_t.as_pointer()))
    handed = builder.bitcast(address, compiler.context.get_value_type(kind))
    return core.pythonapi.NativeValue(handed)


if ADDRESS is not None:
    core.pythonapi._unboxers.functions[types.Record] = _hand_in_record  # noqa: SLF001 - as above


class WholeNumbers(types.IntEnumClass):
    """The compiler's type of an enumeration whose members are whole numbers to it."""

    member_type: Any = types.int64


numba.extending.register_model(WholeNumbers)(numba.extending.models.OpaqueModel)


@typeof_impl.register(EnumMeta)
def _type_of_enumeration(kind: EnumMeta, context: Any) -> Any:
    """Return the type of an enumeration; a member of a kernel's is a number like any other."""
    if kind.__module__.startswith(PACKAGE):
        return WholeNumbers(kind, types.int64)
    return TYPE_OF_OTHERS(kind, context)


def is_warm(entry: str = "crisis") -> bool:
    """Say whether a module of the kernel and all that it needs were compiled, and have not changed.

    `entry`: the module that is called, by its name; `crisis` plays whole crises.
    """
    if CONFIG.DISABLE_JIT:
        return True
    path = KERNEL / f"{entry}.py"
    compiling = [module for module in sorted({path, *needs(path)}) if _compiles(module)]
    folders = [cache_folder(path) for path in compiling]
    return all(folder is not None and any(folder.rglob("*.nbi")) for folder in folders)


class Called(types.WrapperAddressProtocol):
    """A function that compiled code is handed and calls without being compiled anew for it.

    It gets a record and a row of numbers, which it changes, and is told to have stopped if it
    raises an error: such calls carry none. An index out of range is an error in it.
    """

    def __init__(self, function: Callable[[Any, np.ndarray], object] | None, kind: Any) -> None:
        """Compile a function for records of a kind (a dtype); None is never called.

        A function that cannot be compiled raises what the compiler raises, which is of any kind.
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
        """Call the function as plain Python, and say whether it came to its end."""
        try:
            if self.function is not None:
                self.function(record, numbers)
        except Exception:  # as compiled code: whoever called asks what it was
            return 0
        return 1

    def __wrapper_address__(self) -> int:
        """Return where the compiled function lies."""
        return self.address

    def signature(self) -> Any:
        """Return what it takes and gives."""
        return self.declared


def _compile_call(function: Callable[[Any, np.ndarray], object], declared: Any) -> Any:
    """Compile a function so that it returns 1, or 0 if it has raised an error."""
    rule = numba.njit(nogil=True, error_model="numpy", boundscheck=True)(function)
    rule.compile(declared.args)

    def call(record: Any, numbers: np.ndarray) -> int:
        try:
            rule(record, numbers)
        except Exception:  # compiled code knows no other
            return 0
        return 1

    return numba.njit(declared, nogil=True, error_model="numpy")(call)


def _address_of(compiled: Any, declared: Any) -> int:
    result = compiled.get_compile_result(declared)
    address: int = result.library.get_pointer_to_function(result.fndesc.llvm_cfunc_wrapper_name)
    return address


class KernelCache(numba.core.caching.FunctionCache):
    """Compiled code of one function on disk, which can be lost at any time."""

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        """Return stored code, None if there is none or it cannot be read."""
        stored: Any = super()
        try:
            return stored.load_overload(sig, target_context)
        except (OSError, EOFError, pickle.UnpicklingError):
            stored.flush()
            return None

    def save_overload(self, sig: Any, data: Any) -> None:
        """Store compiled code if the disk takes it."""
        stored: Any = super()
        try:
            stored.save_overload(sig, data)
        except OSError as fault:
            warn_once(str(cache_root()), fault.strerror)


class CalleeCache(KernelCache):
    """Code of one function as other compiled functions call it."""

    _impl_class: Any = CalleeStore


@functools.cache
def cache_folder(path: Path) -> Path | None:
    """Return the folder of a module's compiled code, None if there can be none.

    The compiler does not notice that a function which it calls was edited in another module. So
    the folder is named by a digest of the module, of the kernel modules that it imports, and of
    what compiles them; folders of the same module under older digests are deleted.
    """
    root = cache_root()
    if root is None or not path.is_file():
        return None
    place = root / f"{path.stem}-{_settings(path)}"
    folder = place / source_digest(path)
    for old in place.glob("*"):
        if old != folder:
            shutil.rmtree(old, ignore_errors=True)
    return folder


@functools.cache
def cache_root() -> Path | None:
    """Return the cache's folder, made if need be; None, after one warning, if it cannot serve.

    Compiled code is run as it lies there, so the folder must be the user's and no one else's.
    """
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    root = Path(base) / PACKAGE.partition(".")[0]
    try:
        root.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
        _check_is_private(root)
        tempfile.TemporaryFile(dir=root).close()
    except OSError as fault:
        warn_once(str(root), fault.strerror)
        return None
    return root


def source_digest(path: Path) -> str:
    """Return the digest of a module, of the kernel modules that it needs, and of the compiler."""
    whole = hashlib.sha256(f"{numba.__version__} {np.__version__}".encode())
    for source in sorted({path, *needs(path)}):
        whole.update(source.name.encode() + b"\0" + source.read_bytes() + b"\0")
    return whole.hexdigest()[:16]


def _check_is_private(folder: Path) -> None:
    """Raise OSError unless a folder is the user's own and shut to others."""
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
        raise PermissionError(0, "not a folder of your own")
    if found.st_mode & OTHERS:
        raise PermissionError(0, "open to others; chmod 700 shuts it")


@functools.cache
def warn_once(folder: str, reason: str) -> None:
    """Say that a folder does not serve as cache, and why."""
    LOGGER.warning("compiled code is not kept, so each start compiles anew: %s: %s", folder, reason)


def _settings(path: Path) -> str:
    """Return a digest of where a module lies and of what its digest does not show."""
    settings = f"{path.resolve()} {sys.prefix} {CONFIG.BOUNDSCHECK} {CONFIG.OPT}"
    return hashlib.sha256(settings.encode()).hexdigest()[:8]


def _compiles(path: Path) -> bool:
    return "\n@jit\n" in path.read_text(encoding="utf-8")


@functools.cache
def needs(path: Path) -> frozenset[Path]:
    """Return the kernel modules that a module imports, at any distance."""
    found: set[Path] = set()
    waiting = [path]
    while waiting:
        fresh = imports(waiting.pop()) - found
        found |= fresh
        waiting += fresh
    return frozenset(found)


@functools.cache
def imports(path: Path) -> frozenset[Path]:
    """Return the kernel modules that a module imports at its top, where all its imports stand."""
    names = _names_in(ast.parse(path.read_bytes()))
    parts = [name.rpartition(".") for name in names]
    modules = {KERNEL / f"{module}.py" for package, _, module in parts if package == PACKAGE}
    return frozenset(module for module in modules if module.is_file())


def _names_in(tree: ast.Module) -> Iterator[str]:
    for node in tree.body:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
