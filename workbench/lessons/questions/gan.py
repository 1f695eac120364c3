"""What a learner is asked about autoencoders and GANs."""

from typing import Any

import torch
from torch.nn import functional as F

from workbench.lessons.autoencoder import NOISE, divergence, reparametrised
from workbench.lessons.exercise import Exercise
from workbench.lessons.prediction import Prediction

ABOUT_AUTOENCODERS = (
    Prediction(
        "Both were trained on the same digits. Unseen digits are given to them with "
        "noise on every pixel. Which one's pictures are nearer to the clean digits?",
        ("the plain one's", "the denoising one's", "no difference"),
        1,
        "It has seen noisy digits and learned where the clean ones lie; the plain one "
        "takes the noise for a part of the picture and goes astray in its plane.",
    ),
    Prediction(
        "New digits are made from random places in the plane. Who teaches its decoder "
        "what to make of every place near the middle?",
        ("the plain autoencoder", "the variational one", "both"),
        1,
        "Its cost holds the places of all digits together against N(0, 1), without "
        "gaps, and it decodes a cloud around each place. The plain one is never told "
        "where to put them, nor what lies between. A Gaussian fitted to its places "
        "afterwards makes up for most of it here: two numbers leave few gaps, and the "
        "distances below are nearly the same. With more numbers it would not.",
    ),
)
PREDICTIONS = (
    Prediction(
        "A generator makes nearly one and the same digit, again and again. Does the "
        "histogram of its pixels' brightness tell?",
        ("yes, at once", "hardly: other digits have much the same histogram", "no"),
        1,
        "A histogram of pixels forgets which pixel is where. The histograms of both "
        "games lie a little outside the scatter of real digits, the one about as far "
        "as the other. It is a necessary check, not a sufficient one: count what is "
        "made, and look how far two samples are apart.",
    ),
    Prediction(
        "The generator's cost has stood still for a long time. Has it stopped "
        "learning?",
        ("yes", "one cannot tell from it"),
        1,
        "Its cost is measured by an opponent that learns too. Only something that "
        "does not take part, such as a statistic of samples, says whether they became "
        "better.",
    ),
)
AUTOENCODER_CODE = {
    "plain": "back = decoder(encoder(images))\ncost = (back - images).square().sum(1)",
    "denoising": f"""\
noisy = images + {NOISE} * torch.randn_like(images)
back = decoder(encoder(noisy))
cost = (back - images).square().sum(1)  # by the clean ones""",
    "variational": """\
mean, log_variance = encoder(images).chunk(2, 1)
z = mean + torch.exp(log_variance / 2) * torch.randn_like(mean)
missed = (decoder(z) - images).square().sum(1) / (2 * 0.25**2)
kl = (log_variance.exp() + mean**2 - 1 - log_variance).sum(1) / 2
cost = missed + kl  # -log p(x) is at most this""",
}


def autoencoder_code(kind: str) -> str:
    """The lines of plain torch that give an autoencoder's cost."""
    out = 4 if kind == "variational" else 2
    return f"""\
import torch
from torch import nn

encoder = nn.Sequential(nn.Linear(64, 128), nn.ReLU(), nn.Linear(128, {out}))
decoder = nn.Sequential(nn.Linear(2, 128), nn.ReLU(), nn.Linear(128, 64), nn.Sigmoid())
{AUTOENCODER_CODE[kind]}
cost.mean().backward()  # then a step of Adam"""


def gan_code(turns: int, smooth: float) -> str:
    """The lines of plain torch that are one round of the game."""
    return f"""\
import torch
from torch.nn.functional import binary_cross_entropy_with_logits, softplus

made = generator(torch.randn(len(real), 16))
told = torch.full((len(real), 1), {smooth})
seen = binary_cross_entropy_with_logits(discriminator(real), told)
seen = seen + softplus(discriminator(made.detach())).mean()  # -log(1 - D)
watches.zero_grad(); seen.backward(); watches.step()

for _ in range({turns}):
    made = generator(torch.randn(len(real), 16))
    cost = softplus(-discriminator(made)).mean()  # -log D: taken for real
    moves.zero_grad(); cost.backward(); moves.step()"""


def _hint_draw(answer: Any) -> str:
    draw = torch.Generator().manual_seed(1)
    mean, log_variance, noise = torch.randn(3, 20, 2, generator=draw)
    found = torch.as_tensor(answer(mean, log_variance, noise))
    wanted = reparametrised(mean, log_variance, noise)
    if found.shape != wanted.shape:
        return f"20 places should come out, (20, 2), not {tuple(found.shape)}"
    if torch.allclose(found, mean + log_variance.exp() * noise, atol=1e-4):
        return "that is the variance: the noise is multiplied by the deviation"
    if torch.allclose(found, mean + log_variance * noise, atol=1e-4):
        return "it is the logarithm of the variance that is given"
    return (
        "" if torch.allclose(found, wanted, atol=1e-4) else "mean + deviation · noise"
    )


def _hint_divergence(answer: Any) -> str:
    mean, log_variance = torch.tensor([[0.5, -1.0]]), torch.tensor([[0.3, -0.7]])
    wanted = float(divergence(mean, log_variance))
    rest = float(answer(torch.zeros(1, 2), torch.zeros(1, 2)))
    if abs(rest) > 1e-5:
        return f"of N(0, 1) to itself it is nought, and here it is {rest:.3g}"
    found = float(answer(mean, log_variance))
    if abs(found + wanted) < 1e-4:
        return "the sign: a divergence is never negative"
    if abs(found - 2 * wanted) < 1e-4:
        return "a half is missing"
    right = abs(found - wanted) < 1e-4
    return "" if right else f"of means ½, −1 it should be {wanted:.4f}, not {found:.4f}"


def _hint_cost(answer: Any) -> str:
    logits = torch.tensor([-3.0, 0.0, 2.0])
    wanted, found = float(F.softplus(-logits).mean()), float(answer(logits))
    if abs(found - float(-F.softplus(logits).mean())) < 1e-4:
        return (
            "that is log(1 − D), which is flat where the generator is worst: take "
            "−log D"
        )
    if abs(found - float(F.softplus(logits).mean())) < 1e-4:
        return "that is the discriminator's: the generator wants to be taken for real"
    right = abs(found - wanted) < 1e-4
    return "" if right else f"of logits −3, 0, 2 it should be {wanted:.4f}"


EXERCISES = (
    Exercise(
        "Write the draw through which slopes pass: a function of mean, logarithm of "
        "the variance and normal noise, each (N, 2).",
        "a function of three tensors that returns a tensor",
        _hint_draw,
    ),
    Exercise(
        "Write the divergence KL(N(mean, variance) ‖ N(0, 1)) of one event, summed "
        "over its two latents: a function of mean and log variance, (1, 2) each.",
        "a function of two tensors that returns a number",
        _hint_divergence,
    ),
    Exercise(
        "Write the generator's cost that does not saturate, from the discriminator's "
        "logits (N,) of generated pictures.",
        "a function of a tensor that returns a number",
        _hint_cost,
    ),
)
