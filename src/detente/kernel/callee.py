"""Compiled functions as other compiled functions call them.

The compiler makes machine code of each function by itself, with all that it calls at any distance,
so that what a hundred functions call is made a hundred times. A callee is kept as the compiler's
intermediate code: it is optimised, and made machine code, once, with what Python calls.
"""

from collections.abc import Mapping
from typing import Any

from detente.kernel.compiler import numba

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
