"""The only module that uses numba's internals: with it the model compiles three times as fast.

Numba by itself generates machine code for each function together with all functions that it calls,
directly or not. A function with a hundred callers is therefore compiled a hundred times. Here a
function that compiled functions call (a callee) is stored as intermediate code. It is optimised and
turned into machine code once, with the function that Python calls (an entry). If a later numba
breaks this module, DETENTE_NUMBA=plain compiles without it (`kernel/jit.py`), to the same bits.
"""

import functools
import hashlib
import pickle
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import numba

CONFIG: Any = numba.config
core: Any = numba.core
Report = Callable[[OSError], None]
"""A function that is called with the error if compiled code cannot be written to disk."""


LONGEST_NAME = 256
"""Longest name of compiled code that is left as numba chooses it [characters]."""


def short_name(function: str, kinds: Any, **tags: Any) -> str:
    """Return the name of compiled code for arguments of these types, with a digest for a long name.

    Numba writes out the fields of each record, which takes tens of thousands of characters for each
    function. Such names were 95 % of all compiled code, on disk and in memory.
    """
    name: str = core.funcdesc.default_mangler(function, kinds, **tags)
    if len(name) <= LONGEST_NAME:
        return name
    digest = hashlib.sha256(name.encode()).hexdigest()
    return str(core.funcdesc.default_mangler(function, (digest,), **tags))


def compiled(
    function: Any, flags: Mapping[str, Any], folder: Path | None, report: Report | None = None
) -> Any:
    """Return a compiled function: an entry for Python, and a callee for other compiled functions.

    Compiled code is cached in `folder`, if there is one. `report` gets errors of writing to it.
    """
    # This creates numba's code generator, which reads the processor to compile for. So it must not
    # be done on import: `kernel/jit.py` names the processor of the code that the package carries.
    core.registry.cpu_target.target_context.mangler = short_name
    dispatcher: Any = numba.njit(**flags)(function)

    def make_callee() -> Callee:
        callee = Callee(function, flags)
        _keep(callee, CalleeCache, folder, report)
        return callee

    # A callee is made when it is first needed, as many functions are called by Python alone.
    dispatcher.callee = callee = functools.cache(make_callee)
    # When compiled functions call this one, numba asks the dispatcher for these two.
    dispatcher.get_call_template = lambda args, kws: callee().get_call_template(args, kws)
    dispatcher.get_overload = lambda signature: callee().get_overload(signature)
    _keep(dispatcher, EntryCache, folder, report)
    return dispatcher


def _keep(dispatcher: Any, cache: Any, folder: Path | None, report: Report | None) -> None:
    """Cache compiled code in a folder, as `cache=True` does, if there is one."""
    if folder is None:
        return
    # Numba takes the folder from its global setting, at the moment when it makes a cache.
    shared, CONFIG.CACHE_DIR = CONFIG.CACHE_DIR, str(folder)
    try:
        dispatcher._cache = cache(dispatcher.py_func)  # noqa: SLF001 - what cache=True sets
        dispatcher._cache.report = report  # noqa: SLF001 - the same
    finally:
        CONFIG.CACHE_DIR = shared


class Callee(core.registry.CPUDispatcher):
    """A function for compiled callers, compiled once for each combination of argument types."""

    def __init__(self, function: Any, flags: Mapping[str, Any]) -> None:
        """Prepare a function; it is compiled with these flags when it is first called."""
        uncalled = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}
        options = {"nopython": True, "boundscheck": None, **flags, **uncalled}
        super().__init__(function, targetoptions=options, pipeline_class=CalleeCompiler)

    def get_call_template(self, args: Any, kws: Any) -> Any:
        """Return the type of a call.

        A constant argument counts as any value of its type, so that it needs no version of its own.
        """
        kinds = {name: core.types.unliteral(kind) for name, kind in kws.items()}
        return super().get_call_template(tuple(map(core.types.unliteral, args)), kinds)

    def add_overload(self, result: Any) -> None:
        """Register a compiled version for callers; it has no machine code for Python to call."""
        self.overloads[tuple(result.signature.args)] = result


class CalleeLibrary(core.codegen.JITCodeLibrary):
    """Intermediate code of a function and of its callees, before optimisation."""

    def finalize(self) -> None:
        """Link the code of the callees."""
        for library in dict.fromkeys(self._linking_libraries):
            called = library._get_module_for_linking()  # noqa: SLF001 - as its parent does
            self._final_module.link_in(called, preserve=True)
        self._finalized = True

    def fill(self, code: bytes) -> None:
        """Load code that was linked and stored before."""
        self._final_module = core.codegen.ll.parse_bitcode(code)
        self._finalized = True


@core.compiler_machinery.register_pass(mutates_CFG=True, analysis_only=False)
class CalleeLowering(core.typed_passes.NativeLowering):
    """The compiler's step that generates intermediate code."""

    _name = "callee_lowering"

    def run_pass(self, state: Any) -> bool:
        """Generate the code, and register it for callers under a key in place of an address."""
        context, key = state.targetctx, object()
        state.library = CalleeLibrary(context.codegen(), state.func_id.func_qualname)
        # This flag stops numba before machine code, so that there is no address for callers.
        state.flags.no_compile = True
        super().run_pass(state)
        context.insert_user_function(key, state["cr"].fndesc, [state.library])
        state["cr"] = state["cr"]._replace(cfunc=key)
        return True


class CalleeCompiler(core.compiler.CompilerBase):
    """The compiler's usual steps, except that no machine code is generated."""

    def define_pipelines(self) -> list[Any]:
        """Return the steps, with `CalleeLowering` in place of the usual one."""
        steps = core.compiler.DefaultPassBuilder.define_nopython_pipeline(self.state)
        usual = core.typed_passes.NativeLowering
        steps.passes = [
            (CalleeLowering if step is usual else step, why) for step, why in steps.passes
        ]
        steps.finalize()
        return [steps]


class EntryStore(core.caching.CompileResultCacheImpl):
    """Stores a function that Python calls, as machine code alone.

    Numba also stores the intermediate code for compiled callers, and keeps it in memory once it is
    loaded. That is not needed here, as compiled functions call callees.
    """

    def reduce(self, result: Any) -> Any:
        """Return a compiled function in the form in which it is stored."""
        (name, kind, (code, _)), *rest = super().reduce(result)
        described = result.fndesc
        called = (
            described.llvm_func_name,
            described.llvm_cpython_wrapper_name,
            described.llvm_cfunc_wrapper_name,
        )
        return (name, kind, (code, _only_names(called))), *rest


def _only_names(functions: Iterable[str]) -> bytes:
    """Return intermediate code of empty functions with these names.

    Numba looks for the names in stored code when it loads a function, and never runs the code.
    """
    quoted = ("".join(f"\\{byte:02x}" for byte in name.encode()) for name in functions)
    lines = (f'define void @"{name}"() {{ ret void }}' for name in quoted)
    code: bytes = core.codegen.ll.parse_assembly("\n".join(lines)).as_bitcode()
    return code


class CalleeStore(core.caching.CompileResultCacheImpl):
    """Stores a callee as intermediate code, in the folder of the entries, under another name."""

    def get_filename_base(self, fullname: str, abiflags: str) -> str:
        """Return the first part of the names of its files."""
        return f"callee-{super().get_filename_base(fullname, abiflags)}"

    def reduce(self, result: Any) -> Any:
        """Return a callee in the form in which it is stored."""
        # Numba also removes these two before it stores a function: nothing reads them afterwards.
        result.fndesc.typemap = result.fndesc.calltypes = None
        return result.library.serialize_using_bitcode(), result.fndesc, result.signature

    def rebuild(self, context: Any, stored: Any) -> Any:
        """Return a callee from its stored form."""
        (name, _, code), described, signature = stored
        library = CalleeLibrary(context.codegen(), name)
        library.fill(code)
        return core.compiler.compile_result(
            target_context=context,
            entry_point=object(),
            fndesc=described,
            signature=signature,
            library=library,
            objectmode=False,
        )


class EntryCache(core.caching.FunctionCache):
    """Compiled code of one function on disk; if it is lost, the function is compiled again."""

    _impl_class: Any = EntryStore
    report: Report | None = None

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        """Return stored code, or None if there is none or it cannot be read.

        Numba's own method first imports everything that numba can compile, linear algebra and its
        libraries included. Machine code does not need it, and it costs a third of a second and 60
        MiB for as long as the program runs.
        """
        stored: Any = super()
        try:
            return stored._load_overload(sig, target_context)  # noqa: SLF001  without its imports
        except (OSError, EOFError, pickle.UnpicklingError):
            stored.flush()
            return None

    def save_overload(self, sig: Any, data: Any) -> None:
        """Store compiled code; report an error of the disk instead of raising it."""
        stored: Any = super()
        try:
            stored.save_overload(sig, data)
        except OSError as fault:
            if self.report is not None:
                self.report(fault)


class CalleeCache(EntryCache):
    """Code of one callee on disk."""

    _impl_class: Any = CalleeStore
