"""A task as a person adds one to $WORKBENCH_TASKS: round or flat?"""
