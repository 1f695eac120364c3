"""Files of convergence maps, in whatever layout the field uses.

Read and written are ``.npy``, FITS, HDF5 and Zarr stacks; read too are large maps cut
into squares, folders of files, and the workbench's own stores.
"""
