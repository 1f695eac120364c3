"""Maps in public layouts, read into one form and written from it.

The form is the data set that the generator makes: dimensions time, lat (south first)
and lon (from 0° eastward), variables by ClimateNet's names in their units, ``TRUTH``
and ``IGNORE`` where simulated, ``LABELS`` (annotator, time, lat, lon) where somebody
drew, and the coordinate ``sequence``. A file may hold some of the variables only.
"""
