"""How sure a trained model is, whether that is true, and what may be promised.

Numbers that need no model stand a file each: ``scaling`` mends probabilities,
``calibration`` and ``selective`` measure them, ``conformal`` and ``risk_control`` make
promises. All take arrays: probabilities (N, K) of K classes and labels (N,).
"""
