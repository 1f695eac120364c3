"""Statistics of maps against theory, tests of two sets against known answers, speed.

Spectra of Gaussian maps are held against the C_l that they were drawn from, and of
crops against theory with its leakage; Minkowski functionals against the formulas for
Gaussian fields. Pairs of equal sets of simulated (lognormal) maps say how often the
tests raise a false alarm; generators that are wrong in a known way, how they are told.
The vector of all statistics is timed beside a loop over maps in plain numpy.
"""

import argparse
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import numpy as np
import torch
from scipy import ndimage, stats

from benchmarks.machine import machine
from tests.cosmogan_fields import gaussian, lognormal, on_grid
from workbench.tasks.cosmogan.field import Field
from workbench.tasks.cosmogan.physics import gates
from workbench.tasks.cosmogan.physics.comparison import (
    FALSE_ALARM,
    Comparison,
    judge,
    questions,
)
from workbench.tasks.cosmogan.physics.coupling import expected
from workbench.tasks.cosmogan.physics.evidence import Evidence
from workbench.tasks.cosmogan.physics.memorisation import memorisation
from workbench.tasks.cosmogan.physics.minkowski import functionals
from workbench.tasks.cosmogan.physics.minkowski import gaussian as formulas
from workbench.tasks.cosmogan.physics.paper import paper_p_values
from workbench.tasks.cosmogan.physics.pixel_classifier import classify_pixels
from workbench.tasks.cosmogan.physics.ranks import kolmogorov_smirnov, mann_whitney
from workbench.tasks.cosmogan.physics.spectrum import Bands, power_spectrum
from workbench.tasks.cosmogan.physics.summary import POWER, Summary

FIELD = Field.named("wide", 64)
WRONG: dict[str, dict[str, float]] = {
    "equal": {},
    "P(l) 5 % high": {"factor": 1.05},
    "P(l) 1 % high": {"factor": 1.01},
    "skewness 1.3 for 1.8": {"skewness": 1.3},
    "skewness 1.7 for 1.8": {"skewness": 1.7},
}


def spectra(maps: int) -> Iterator[str]:
    """Input spectra recovered, periodic and cropped."""
    bands, whole = Bands.of(FIELD), Field(128, 7.0)
    power = bands.mean(torch.as_tensor(on_grid(FIELD))[:, :33]).numpy()
    yield f"{maps:,} Gaussian maps, 64²; C_l found over put in, {len(power)} bands"
    yield f"{'':26}{'largest':>9}{'mean':>10}{'standard errors':>17}{'χ²/bands':>10}"
    batches = [gaussian(1024, FIELD, seed) for seed in range(maps // 1024)]
    yield _recovered("periodic", batches, power, bands, False)
    for apodise, name in ((False, "crops, coupled theory"), (True, "crops, Hann")):
        theory = expected(on_grid(whole), whole, bands, apodise)
        batches = [
            gaussian(256, whole, seed)[:, :64, :64] for seed in range(maps // 256)
        ]
        yield _recovered(name, batches, theory, bands, apodise)


def _recovered(
    name: str, batches: list[np.ndarray], truth: np.ndarray, bands: Bands, apodise: bool
) -> str:
    found = torch.cat(
        [power_spectrum(torch.as_tensor(b), bands, apodise).double() for b in batches]
    ).numpy()
    ratio = found.mean(0) / truth - 1
    sigmas = ratio * truth / found.std(0) * len(found) ** 0.5
    return (
        f"{name:26}{np.abs(ratio).max():9.2%}{ratio.mean():10.3%}"
        f"{np.abs(sigmas).max():17.2f}{np.square(sigmas).mean():10.2f}"
    )


def minkowski(maps: int) -> Iterator[str]:
    """Functionals of smoothed noise over the formulas."""
    yield f"V1 and V2 of {maps} periodic Gaussian maps, 256², over Tomita's formulas"
    thresholds = np.arange(-3, 3.01, 0.25)
    edges = torch.as_tensor(np.append(thresholds, 3.25) - 0.125)
    for beam in (1.5, 4.0):
        known = beam**2 * (1 - np.exp(-(beam**-2)))  # ⟨sin² k⟩ / ⟨k²⟩
        noise = np.random.default_rng(0).normal(size=(maps, 256, 256))
        fields = ndimage.gaussian_filter(noise, (0, beam, beam), mode="wrap")
        found = functionals(torch.as_tensor(fields / fields.std()), edges).mean(0)
        theory = formulas(thresholds, 1 / beam)
        area = np.abs(found[0].numpy() - theory[0]).max()
        ratio = [found[k].numpy() @ theory[k] / (theory[k] @ theory[k]) for k in (1, 2)]
        yield (
            f"beam {beam:3} pixels: V0 off by {area:.4f} at most, "
            f"V1 {ratio[0]:.3f} (expected of differences {known**0.5:.3f}), "
            f"V2 {ratio[1]:.3f} ({known:.3f})"
        )


def _verdict(one: np.ndarray, other: np.ndarray, seed: int) -> Comparison:
    summary = Summary.of(one, FIELD)
    answers = []
    for question in questions(
        summary, (summary.vectors(one), summary.vectors(other)), seed
    ):
        effects, p = question.judged(*question.sets)
        answers.append((question, Evidence(effects, np.zeros_like(effects), p)))
    return judge(answers)


def false_alarms(pairs: int, maps: int) -> Iterator[str]:
    """Equal sets that differ, and memories that are none."""
    alarms: Counter[str] = Counter()
    found = share = rare = 0
    for seed in range(pairs):
        sets = lognormal(3 * maps, FIELD, 1000 + seed).reshape(3, maps, 64, 64)
        verdict = _verdict(sets[0], sets[1], seed)
        found += not verdict.agree
        alarms.update(verdict.differing)
        memory = memorisation(*sets)
        share += abs(memory.share - 0.5) > memory.bar
        rare += memory.p < 0.0027
    most = stats.binom.ppf(0.999, pairs, FALSE_ALARM)
    yield (
        f"{pairs} pairs of equal sets, {maps} maps each: {found} differ "
        f"(stated {FALSE_ALARM:.0%}; 999 times in 1,000 at most {most:.0f})"
    )
    yield f"by group: {dict(alarms) or 'none'}"
    yield (
        f"copies seen where there are none: {share} by share, {rare} by the 2 % "
        f"most unequal (stated {pairs * 0.0027:.1f} each)"
    )


def pixel_alarms(pairs: int, maps: int) -> Iterator[str]:
    """Chances that the network on pixels gives equal sets."""
    p = []
    for seed in range(pairs):
        one, other = np.split(lognormal(2 * maps, FIELD, 2000 + seed), 2)
        p.append(classify_pixels(one, other, seed).p)
    yield (
        f"network on pixels, {pairs} equal pairs of {maps}: smallest p {min(p):.3f}, "
        f"{np.mean(np.array(p) < 0.05):.0%} below 5 %"
    )


def wrong_generators(maps: int) -> Iterator[str]:
    """What is found of generators that are wrong in a known way."""
    every = lognormal(2 * maps, FIELD, 1)
    summary, one = Summary.of(every[:maps], FIELD), every[:maps]
    where, real = summary.columns_of(POWER), gates.Measured.of(every, summary)
    ours = real.vectors[:maps, where]
    yield f"{maps:,} maps each; gates beside their floor from halves of {2 * maps:,}"
    heads = "".join(f"{gate.key:>19}" for gate in gates.GATES)
    yield f"{'':24}{heads}{'AUC, pixels':>13}"
    floors = [gates.floor_of(gate, real, splits=4) for gate in gates.GATES]
    yield f"{'floor':24}{''.join(f'{floor:19.3f}' for floor in floors)}"
    told: list[str] = []
    for seed, (name, how) in enumerate(WRONG.items(), 3):
        other = lognormal(maps, FIELD, seed, **how)
        made = gates.Measured.of(other, summary)
        values = [gate.measure(real[:maps], made) for gate in gates.GATES]
        numbers = "".join(f"{value:19.3f}" for value in values)
        yield f"{name:24}{numbers}{classify_pixels(one, other).auc:13.3f}"
        differing = _verdict(one, other, 0).differing
        theirs = made.vectors[:, where]
        ranks = np.minimum(kolmogorov_smirnov(ours, theirs), mann_whitney(ours, theirs))
        paper = paper_p_values(ours, theirs)
        told += [
            f"{name}: differs in {', '.join(differing) or 'nothing'}",
            f"    C_l by ranks: {np.mean(ranks < 0.025):.0%} of bands below 5 %; "
            f"as the paper quotes them: median p {np.median(paper):.3f}",
        ]
    yield from told


def copies(maps: int) -> Iterator[str]:
    """Training maps turned, shifted and with noise among the generated ones."""
    yield f"copies among {maps} maps; share nearer to training, 1 % quantile of ratios"
    training, held, made = np.split(lognormal(3 * maps, FIELD, 9), 3)
    noise = np.random.default_rng(0).normal(0, 0.003, made.shape).astype(np.float32)
    for part in (0.0, 0.01, 0.02, 0.05, 0.2):
        count = round(part * maps)
        generated = made + noise
        moved = np.rot90(np.roll(training[:count], (3, -5), (1, 2)), 3, (1, 2))
        generated[:count] = moved + noise[:count]
        found = memorisation(generated, training, held)
        verdict = "copies" if found.copies else "none"
        yield (
            f"{part:5.0%}: share {found.share:.3f} (bar 0.5 ± {found.bar:.3f}), ratio "
            f"{found.ratio:.3f} (floor {found.floor:.3f}), p {found.p:.2g}: {verdict}"
        )


def plain(one: np.ndarray, summary: Summary) -> None:
    """The same statistics of one map in numpy and scipy; peaks by a footprint."""
    size = summary.field.pixels
    power = np.abs(np.fft.rfft2(one)) ** 2
    waves = np.hypot(np.fft.fftfreq(size)[:, None], np.fft.rfftfreq(size)) * size
    ell = waves * summary.field.fundamental
    np.histogram(ell, summary.bands.edges, weights=power)
    rings = [
        np.fft.irfft2(np.fft.rfft2(one) * ((ell >= low) & (ell < high)))
        for low, high in zip(summary.rings.edges, summary.rings.edges[1:], strict=False)
    ]
    for ring in rings:
        (ring**3).sum(), (rings[0] * ring**2).sum()
    np.histogram(one, summary.pixels)
    x, y = np.gradient(one)
    (xx, xy), (_, yy) = np.gradient(x), np.gradient(y)
    slope = x**2 + y**2
    genus = (2 * x * y * xy - x**2 * yy - y**2 * xx) / slope
    edges = summary.mean + summary.sigma * np.arange(-2, 4.01, 0.25)
    for weights in (np.sqrt(slope), genus):
        np.histogram(one, edges, weights=weights)
    [(one > edge).mean() for edge in edges]
    around = np.array([[1, 1, 1], [1, 0, 1], [1, 1, 1]])
    for k, beam in enumerate(summary.beams):
        seen = ndimage.gaussian_filter(one, beam) if beam else one
        stats.skew(seen, axis=None), stats.kurtosis(seen, axis=None), seen.std()
        for sign in (1, -1) if k < len(summary.peaks) else ():
            high = sign * seen
            tops = high[high > ndimage.maximum_filter(high, footprint=around)]
            np.histogram(tops, summary.peaks[k])


def speed(maps: int) -> Iterator[str]:
    """Maps a second of the whole vector, beside a loop over maps."""
    values = lognormal(maps, FIELD, 1)
    summary = Summary.of(values, FIELD)
    summary.vectors(values[:256])
    ours = min(_seconds(lambda: summary.vectors(values)) for _ in range(3)) / maps
    some = values[:128].astype(float)
    theirs = min(
        _seconds(lambda: [plain(one, summary) for one in some]) for _ in range(3)
    )
    theirs /= len(some)
    yield (
        f"vector of {len(summary.columns)} numbers, 64²: {1 / ours:,.0f} maps/s; loop "
        f"in numpy {1 / theirs:,.0f} maps/s; ratio {theirs / ours:.1f} (wanted 1,000 "
        "maps/s)"
    )


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def main() -> None:
    """Print what is asked for, and add it to the day's file where ``--out`` says."""
    parts: dict[str, Callable[[], Iterator[str]]] = {
        "speed": lambda: speed(2048),
        "spectra": lambda: spectra(16384),
        "minkowski": lambda: minkowski(40),
        "wrong": lambda: wrong_generators(1024),
        "copies": lambda: copies(1024),
        "alarms": lambda: false_alarms(200, 256),
        "pixels": lambda: pixel_alarms(30, 256),
    }
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--parts", nargs="+", choices=parts, default=list(parts))
    parser.add_argument("--out", type=Path, help="folder of a file to add to")
    args = parser.parse_args()
    command = f"python -m benchmarks.cosmogan_physics --parts {' '.join(args.parts)}"
    lines = [command, machine()]
    print(*lines, sep="\n", flush=True)
    for name in args.parts:
        lines.append("")
        print()
        for line in parts[name]():
            lines.append(line)
            print(line, flush=True)
    if args.out:
        name = f"cosmogan_physics-{date.today()}.txt"
        with (args.out / name).open("a") as file:
            file.write("\n".join(lines) + "\n\n")


if __name__ == "__main__":
    main()
