"""What a network has to beat: methods without one.

Each takes maps by channel name, as the generator's data set or as arrays, and gives
class codes. Their free parameters were chosen by ``choose`` on maps of seed 101, 96×144;
``python -m benchmarks.climate_baselines`` judges them on others.
"""
