"""The only module that reaches into the compiler: with it the model compiles three times as fast.

Numba makes machine code of each function by itself, with all that it calls at any distance, so that
what a hundred functions call is made a hundred times. A callee is a function as compiled functions
call it: it is kept as the compiler's intermediate code, and optimised and made machine code once,
with what Python calls. Where numba has changed so that this module fails, DETENTE_NUMBA=plain
compiles without it (`kernel/jit.py`), to the same bits.
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
"""Called with the error of a disk that takes no compiled code."""


LONGEST_NAME = 256
"""What a name that numba gives to compiled code may have at most [characters]."""


def short_name(function: str, kinds: Any, **tags: Any) -> str:
    """Return the name of compiled code for arguments of these kinds.

    Numba spells out the fields of each record, tens of thousands of characters for each function.
    They were nineteen twentieths of all compiled code, on disk and in memory.
    """
    name: str = core.funcdesc.default_mangler(function, kinds, **tags)
    if len(name) <= LONGEST_NAME:
        return name
    digest = hashlib.sha256(name.encode()).hexdigest()
    return str(core.funcdesc.default_mangler(function, (digest,), **tags))


core.registry.cpu_target.target_context.mangler = short_name


def compiled(
    function: Any, flags: Mapping[str, Any], folder: Path | None, report: Report | None = None
) -> Any:
    """Return a function that Python calls compiled, and compiled functions as a callee.

    Compiled code is kept in a folder, if there is one.
    """
    dispatcher: Any = numba.njit(**flags)(function)

    def make_callee() -> Callee:
        callee = Callee(function, flags)
        _keep(callee, CalleeCache, folder, report)
        return callee

    # A callee is made when first asked for, as many functions are called by Python alone.
    dispatcher.callee = callee = functools.cache(make_callee)
    # When compiled functions call this one, numba asks the dispatcher for these two.
    dispatcher.get_call_template = lambda args, kws: callee().get_call_template(args, kws)
    dispatcher.get_overload = lambda signature: callee().get_overload(signature)
    _keep(dispatcher, EntryCache, folder, report)
    return dispatcher


def _keep(dispatcher: Any, cache: Any, folder: Path | None, report: Report | None) -> None:
    """Keep compiled code in a folder, as `cache=True` does, if there is one."""
    if folder is None:
        return
    # Numba reads the folder only when it makes a cache, and from its global setting.
    shared, CONFIG.CACHE_DIR = CONFIG.CACHE_DIR, str(folder)
    try:
        dispatcher._cache = cache(dispatcher.py_func)  # noqa: SLF001 - what cache=True sets
        dispatcher._cache.report = report  # noqa: SLF001 - the same
    finally:
        CONFIG.CACHE_DIR = shared


class Callee(core.registry.CPUDispatcher):
    """A function that compiled functions call, once for each kind of arguments."""

    def __init__(self, function: Any, flags: Mapping[str, Any]) -> None:
        """Compile a function with the compiler's flags, once it is called."""
        uncalled = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}
        options = {"nopython": True, "boundscheck": None, **flags, **uncalled}
        super().__init__(function, targetoptions=options, pipeline_class=CalleeCompiler)

    def get_call_template(self, args: Any, kws: Any) -> Any:
        """Return the type of a call; a constant is compiled like any value of its type."""
        kinds = {name: core.types.unliteral(kind) for name, kind in kws.items()}
        return super().get_call_template(tuple(map(core.types.unliteral, args)), kinds)

    def add_overload(self, result: Any) -> None:
        """Keep a compiled function for callers; it has no machine code that Python could call."""
        self.overloads[tuple(result.signature.args)] = result


class CalleeLibrary(core.codegen.JITCodeLibrary):
    """Code of a function and of its callees, neither optimised nor compiled to machine code."""

    def finalize(self) -> None:
        """Link the callees."""
        for library in dict.fromkeys(self._linking_libraries):
            called = library._get_module_for_linking()  # noqa: SLF001 - as its parent does
            self._final_module.link_in(called, preserve=True)
        self._finalized = True

    def fill(self, code: bytes) -> None:
        """Take code that was brought together before."""
        self._final_module = core.codegen.ll.parse_bitcode(code)
        self._finalized = True


@core.compiler_machinery.register_pass(mutates_CFG=True, analysis_only=False)
class CalleeLowering(core.typed_passes.NativeLowering):
    """The step of the compiler that writes intermediate code."""

    _name = "callee_lowering"

    def run_pass(self, state: Any) -> bool:
        """Write the code, and hand it to callers by a key in place of an address."""
        context, key = state.targetctx, object()
        state.library = CalleeLibrary(context.codegen(), state.func_id.func_qualname)
        # With this numba stops before machine code, and has no address for callers.
        state.flags.no_compile = True
        super().run_pass(state)
        context.insert_user_function(key, state["cr"].fndesc, [state.library])
        state["cr"] = state["cr"]._replace(cfunc=key)
        return True


class CalleeCompiler(core.compiler.CompilerBase):
    """The compiler's usual steps without the last, which makes machine code."""

    def define_pipelines(self) -> list[Any]:
        """Return the steps."""
        steps = core.compiler.DefaultPassBuilder.define_nopython_pipeline(self.state)
        usual = core.typed_passes.NativeLowering
        steps.passes = [
            (CalleeLowering if step is usual else step, why) for step, why in steps.passes
        ]
        steps.finalize()
        return [steps]


class EntryStore(core.caching.CompileResultCacheImpl):
    """How a function that Python calls is stored: as machine code alone.

    Numba stores its intermediate code too, for functions that call it, and holds that in memory
    once it is loaded. Ours call callees in its place.
    """

    def reduce(self, result: Any) -> Any:
        """Return what is stored of a function."""
        (name, kind, (code, _)), *rest = super().reduce(result)
        described = result.fndesc
        called = (
            described.llvm_func_name,
            described.llvm_cpython_wrapper_name,
            described.llvm_cfunc_wrapper_name,
        )
        return (name, kind, (code, _only_names(called))), *rest


def _only_names(functions: Iterable[str]) -> bytes:
    """Return intermediate code of empty functions with these names, among which numba looks."""
    quoted = ("".join(f"\\{byte:02x}" for byte in name.encode()) for name in functions)
    lines = (f'define void @"{name}"() {{ ret void }}' for name in quoted)
    code: bytes = core.codegen.ll.parse_assembly("\n".join(lines)).as_bitcode()
    return code


class CalleeStore(core.caching.CompileResultCacheImpl):
    """How a callee is stored: next to the code that Python calls, under another name."""

    def get_filename_base(self, fullname: str, abiflags: str) -> str:
        """Return the beginning of its files' names."""
        return f"callee-{super().get_filename_base(fullname, abiflags)}"

    def reduce(self, result: Any) -> Any:
        """Return what is stored of a callee."""
        # Numba drops these two as well before it stores a function: they need not be pickled.
        result.fndesc.typemap = result.fndesc.calltypes = None
        return result.library.serialize_using_bitcode(), result.fndesc, result.signature

    def rebuild(self, context: Any, stored: Any) -> Any:
        """Return a callee that was stored."""
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
    """Compiled code of one function on disk, which can be lost at any time."""

    _impl_class: Any = EntryStore
    report: Report | None = None

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        """Return stored code, None if there is none or it cannot be read.

        Numba first imports all that it can compile, linear algebra and its libraries too, which
        machine code does not need: a third of a second, and 60 MiB as long as the program runs.
        """
        stored: Any = super()
        try:
            return stored._load_overload(sig, target_context)  # noqa: SLF001  without its imports
        except (OSError, EOFError, pickle.UnpicklingError):
            stored.flush()
            return None

    def save_overload(self, sig: Any, data: Any) -> None:
        """Store compiled code if the disk takes it."""
        stored: Any = super()
        try:
            stored.save_overload(sig, data)
        except OSError as fault:
            if self.report is not None:
                self.report(fault)


class CalleeCache(EntryCache):
    """Code of one function as other compiled functions call it."""

    _impl_class: Any = CalleeStore
