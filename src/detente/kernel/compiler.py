"""Loads the compiler, whatever lies in the current folder, and teaches it what a callee is.

The compiler makes machine code of each function by itself, with all that it calls at any distance,
so that what a hundred functions call is made a hundred times. A callee is a function as compiled
functions call it: it is kept as the compiler's intermediate code, and optimised and made machine
code once, with what Python calls.
"""

import os
import sys
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any


@contextmanager
def _without_settings_of_folder() -> Iterator[None]:
    """Load the compiler without the file of settings that the current folder may hold.

    That file could switch the compiler off, or be no settings at all. It is read when the compiler
    is loaded, by way of a reader of YAML, and again, by its name, before it compiles. A program
    that has loaded the compiler before has set it up itself; variables of the environment count.
    """
    if "numba" in sys.modules:
        yield
        return
    reader: Any = sys.modules.get("yaml")
    nothing: Any = None
    sys.modules["yaml"] = nothing
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "A Numba config file is found")
            yield
    finally:
        del sys.modules["yaml"]
        if reader is not None:
            sys.modules["yaml"] = reader
    vars(sys.modules["numba.core.config"])["_config_fname"] = os.devnull


with _without_settings_of_folder():
    import numba
    import numba.core.boxing
    import numba.experimental.function_type  # teaches it to take functions as arguments
    from numba import types

__all__ = ["CONFIG", "Callee", "CalleeStore", "numba", "types"]

CONFIG: Any = numba.config
core: Any = numba.core


class Callee(core.registry.CPUDispatcher):
    """A function that compiled functions call, once for each kind of arguments."""

    def __init__(self, function: Any, flags: Mapping[str, Any]) -> None:
        """Compile a function with the compiler's flags, once it is called."""
        uncalled = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}
        options = {"nopython": True, "boundscheck": None, **flags, **uncalled}
        super().__init__(function, targetoptions=options, pipeline_class=CalleeCompiler)

    def get_call_template(self, args: Any, kws: Any) -> Any:
        """Return what a call comes to; a constant is compiled as any value of its kind."""
        kinds = {name: core.types.unliteral(kind) for name, kind in kws.items()}
        return super().get_call_template(tuple(map(core.types.unliteral, args)), kinds)

    def add_overload(self, result: Any) -> None:
        """Keep a compiled function for callers; it has no machine code that Python could call."""
        self.overloads[tuple(result.signature.args)] = result


class CalleeLibrary(core.codegen.JITCodeLibrary):
    """Code of a function and of what it calls, neither optimised nor made machine code."""

    def finalize(self) -> None:
        """Bring together what is called."""
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
        state.flags.no_compile = True
        super().run_pass(state)
        context.insert_user_function(key, state["cr"].fndesc, [state.library])
        state["cr"] = state["cr"]._replace(cfunc=key)
        return True


class CalleeCompiler(core.compiler.CompilerBase):
    """The compiler's usual steps, of which the last makes no machine code."""

    def define_pipelines(self) -> list[Any]:
        """Return the steps."""
        steps = core.compiler.DefaultPassBuilder.define_nopython_pipeline(self.state)
        usual = core.typed_passes.NativeLowering
        steps.passes = [
            (CalleeLowering if step is usual else step, why) for step, why in steps.passes
        ]
        steps.finalize()
        return [steps]


class CalleeStore(core.caching.CompileResultCacheImpl):
    """How a callee is stored: beside the code that Python calls, under another name."""

    def get_filename_base(self, fullname: str, abiflags: str) -> str:
        """Return how its files' names begin."""
        return f"callee-{super().get_filename_base(fullname, abiflags)}"

    def reduce(self, result: Any) -> Any:
        """Return what is stored of a callee."""
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
