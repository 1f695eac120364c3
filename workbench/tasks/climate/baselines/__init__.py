"""What a network has to beat: methods without one.

Each takes maps by channel name, as the generator's data set or as arrays, and gives
class codes. Free parameters were chosen on maps of seed 101, 96×144, and are judged on
others: ``python -m benchmarks.climate_baselines``, with ``--choose`` and without.
"""
