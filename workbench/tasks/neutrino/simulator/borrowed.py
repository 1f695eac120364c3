"""Arrays without reference counts, which cost the kernels a fifth of their time."""

from collections.abc import Callable
from typing import Any, cast

import numpy as np
from numba.core import cgutils
from numba.extending import intrinsic

from workbench.tasks.neutrino.simulator.compiled import kernel
from workbench.tasks.neutrino.simulator.deposits import Event


def _borrow(typing_context: Any, array: Any) -> Any:
    """The same array as its owner's guest; the owner must outlive it."""

    def code(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        guest = context.make_array(array)(context, builder, values[0])
        guest.meminfo = cgutils.get_null_value(guest.meminfo.type)
        return guest._getvalue()

    return array(array), code


borrow = cast(Callable[[np.ndarray], np.ndarray], intrinsic(_borrow))


@kernel
def borrow_event(event: Event) -> Event:
    """An event's memory, likewise."""
    return Event(
        borrow(event.cells),
        borrow(event.touched),
        borrow(event.stack),
        borrow(event.counts),
        borrow(event.seen),
    )
