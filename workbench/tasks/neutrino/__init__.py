"""MINERvA vertices: in which segment of the detector did the neutrino interact?"""
