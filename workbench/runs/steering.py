"""Changing an optimizer's settings while it trains, and doing so again."""

from collections.abc import Mapping
from typing import Any

from pytorch_lightning import Callback, LightningModule, Trainer

from workbench.errors import BadInput
from workbench.task import Setting


def steer(
    trainer: Trainer, settings: Mapping[str, Setting], values: Mapping[str, float]
) -> str:
    """Give settings of the optimizers new values; returns what was changed, in words.

    A schedule goes on in proportion: what it would have made of the old value it makes
    of the new one. Groups of parameters keep their proportions, too.

    Raises:
        BadInput: no such setting, a value out of range, or nothing to be in proportion
            to; nothing is changed then.
    """
    found = [_find(trainer, settings, name, value) for name, value in values.items()]
    for setting, old, value in found:
        _scale(trainer, setting, value / old)
    return ", ".join(
        f"{name} {old:.4g} → {value:.4g}"
        for name, (_, old, value) in zip(values, found, strict=True)
    )


def setting_values(trainer: Trainer, settings: Mapping[str, Setting]) -> dict[str, Any]:
    """Present value of each setting, the largest of its groups."""
    return {
        name: max(group[setting.key] for group in _groups(trainer, setting))
        for name, setting in settings.items()
        if any(setting.key in group for group in _groups(trainer, setting))
    }


def _groups(trainer: Trainer, setting: Setting) -> list[dict[str, Any]]:
    if setting.optimizer >= len(trainer.optimizers):
        return []
    return trainer.optimizers[setting.optimizer].param_groups


def _find(
    trainer: Trainer, settings: Mapping[str, Setting], name: str, value: float
) -> tuple[Setting, float, float]:
    setting = settings.get(name)
    if setting is None:
        raise BadInput(f"{name} cannot be set: one of {', '.join(settings)}")
    if not setting.low <= value <= setting.high:
        raise BadInput(
            f"{name} {value:g} is not between {setting.low:g} and {setting.high:g}"
        )
    old = setting_values(trainer, {name: setting}).get(name, 0)
    if not old:
        raise BadInput(f"{name} is 0 or not used now: it can only be changed before")
    return setting, old, value


def _scale(trainer: Trainer, setting: Setting, factor: float) -> None:
    for group in _groups(trainer, setting):
        for key in (setting.key, "initial_lr" if setting.key == "lr" else ""):
            if key in group:
                group[key] *= factor
    if setting.key != "lr":
        return
    optimizer = trainer.optimizers[setting.optimizer]
    for config in trainer.lr_scheduler_configs:
        scheduler: Any = config.scheduler
        if scheduler.optimizer is optimizer and hasattr(scheduler, "base_lrs"):
            scheduler.base_lrs = [rate * factor for rate in scheduler.base_lrs]


class Steering(Callback):
    """Changes a person made while a run trained, made again at the same steps.

    Args:
        changes: Step → setting → value, each made when that step is done.
    """

    settings: Mapping[str, Setting]  # of the task

    def __init__(self, changes: dict[int, dict[str, float]] | None = None) -> None:
        self.changes = changes or {}
        self.made: list[int] = []

    def state_dict(self) -> dict[str, Any]:
        """The steps whose changes the checkpoint's optimizers have."""
        return {"made": self.made}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Take over what the checkpoint has."""
        self.made = list(state_dict["made"])

    def on_train_start(self, trainer: Trainer, pl_module: LightningModule) -> None:
        """Make changes that came after the checkpoint was saved at this step."""
        self._make(trainer)

    def on_train_batch_end(self, trainer: Trainer, *args: Any, **kwargs: Any) -> None:
        """Make this step's changes."""
        self._make(trainer)

    def change(self, trainer: Trainer, values: Mapping[str, float]) -> str:
        """Change settings now, and remember it; returns what was changed."""
        said = steer(trainer, self.settings, values)
        step = trainer.global_step
        self.changes[step] = {**self.changes.get(step, {}), **values}
        self.made.append(step)
        return said

    def _make(self, trainer: Trainer) -> None:
        step = trainer.global_step
        if step in self.changes and step not in self.made:
            steer(trainer, self.settings, self.changes[step])
            self.made.append(step)
